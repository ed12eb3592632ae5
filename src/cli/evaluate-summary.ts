import { type GateResult, renderGates } from '../analysis/gates.js';
import type { Report } from '../analysis/report.js';
import { EXIT, type ExitCode } from '../errors.js';
import type { EvalFile } from '../labels/eval-file.js';
import { formatDollars } from '../pricing/cost.js';
import { renderText } from '../reports/text.js';
import { BudgetSpentError } from '../requests/budget.js';
import { renderCost, renderRatio } from './cost-lines.js';
import type { Asked } from './evaluate-models.js';
import { explain, type Session } from './main.js';

/** Prints what was found. What was answered is shown even when the run could not finish. */
export function concludeEvaluate({
  evalFile,
  report,
  contenders,
  spent,
  retryable,
  stoppedBy,
  gates,
  session,
}: Asked & {
  evalFile: EvalFile;
  report: Report;
  gates: readonly GateResult[];
  session: Session;
}): ExitCode {
  const results = report.models.filter(({ role }) => role === 'contender');
  const isAnswered = results.some(({ rows }) => rows.answered > 0);
  const { repeatedRows, teacher, teacherCost } = evalFile;
  if (repeatedRows > 0) {
    session.note(
      `note: ${repeatedRows} rows repeat a ds_original_idx of this file, and count each time`,
    );
  }
  if (stoppedBy === undefined || isAnswered) session.print(renderText(report));
  for (const [i, { model, cost }] of isAnswered ? spent.entries() : []) {
    const predictions = contenders[i]?.predictions;
    session.note(`answers     ${predictions?.file}`);
    session.note(`cost        ${renderCost(cost, model)}`);
    const ratio = predictions && renderRatio(predictions.cost, teacherCost, teacher.name);
    if (ratio) session.note(`against     ${ratio}`);
  }
  if (gates.length > 0) session.note(renderGates(gates));
  if (stoppedBy instanceof BudgetSpentError) noteWhatIsLeft(report, spent, session);
  if (stoppedBy !== undefined) return explain(stoppedBy, session);
  if (session.signal.aborted) return EXIT.interrupted;
  if (isAnswered && retryable > 0) {
    const rows = retryable === 1 ? '1 row' : `${retryable} rows`;
    session.note(`error: ${rows} failed on the way; the same command asks again`);
    return EXIT.couldNotFinish;
  }
  if (isAnswered) return gates.every(({ passed }) => passed) ? EXIT.done : EXIT.belowGate;
  session.note(
    'error: not one row was answered, so there is nothing to report\n  -v shows each reply',
  );
  return EXIT.couldNotFinish;
}

/** The last model that was asked is where the budget ended; contenders of --run come after it. */
function noteWhatIsLeft({ models }: Report, spent: Asked['spent'], session: Session): void {
  const last = spent.at(-1);
  const left =
    models.filter(({ role }) => role === 'contender')[spent.length - 1]?.rows.not_asked ?? 0;
  if (!last || last.cost.known === 0) return;
  const usd = formatDollars((last.cost.usd / last.cost.known) * left);
  session.note(`note: ${left} rows are left, at about ${usd} to finish`);
}
