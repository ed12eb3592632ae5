import { type GateResult, renderGates } from '../analysis/gates.js';
import type { Report } from '../analysis/report.js';
import { EXIT, type ExitCode } from '../errors.js';
import type { Evaluation } from '../evaluate.js';
import { unansweredPath } from '../labels/reader.js';
import { formatDollars } from '../pricing/cost.js';
import { renderText } from '../reports/text.js';
import { renderAllRows } from '../reports/text-all-rows.js';
import { BudgetSpentError } from '../requests/budget.js';
import type { AskedContender } from '../run/contenders.js';
import { renderCost, renderRatio } from './cost-lines.js';
import { explain, type Session } from './main.js';

/** Prints what was found. What was answered is shown even when the run could not finish. */
export function concludeEvaluate(evaluation: Evaluation, session: Session): ExitCode {
  const { report, gates, asked, stoppedBy, interrupted } = evaluation;
  const isAnswered = contendersOf(report).some(({ rows }) => rows.answered > 0);
  noteRepeats(report, session);
  if (stoppedBy === undefined || isAnswered) {
    session.print(renderText(report));
    const allRows = renderAllRows(report);
    if (allRows !== '') session.print(`\n${allRows}`);
  }
  for (const contender of isAnswered ? asked : []) noteCost(contender, report, session);
  if (gates.length > 0) session.note(renderGates(gates));
  if (stoppedBy instanceof BudgetSpentError) noteWhatIsLeft(asked.at(-1), session);
  if (stoppedBy !== undefined) return explain(stoppedBy, session);
  if (interrupted) return EXIT.interrupted;
  return isAnswered ? exitCodeOf(asked, gates, session) : nothingAnswered(asked, session);
}

const contendersOf = ({ models }: Report) => models.filter(({ role }) => role === 'contender');

function noteRepeats({ rows }: Report, session: Session): void {
  const repeated = rows.keys.length - new Set(rows.keys).size;
  if (repeated > 0) session.note(`note: ${repeated} rows repeat an earlier row, and count again`);
}

function noteCost(
  { name, predictions, model, asked }: AskedContender,
  report: Report,
  session: Session,
) {
  const before = asked.skipped > 0 ? `; ${asked.skipped} rows were answered before` : '';
  session.note(`answers     ${predictions.file}${before}`);
  session.note(`cost        ${renderCost(asked.cost, model)}`);
  const result = report.models.find((each) => each.name === name);
  const teacher = report.models.find(({ role }) => role === 'teacher');
  const ratio = result && teacher && renderRatio(result, teacher);
  if (ratio) session.note(`against     ${ratio}`);
}

/** The last model that was asked is where the budget ended. */
function noteWhatIsLeft(last: AskedContender | undefined, session: Session): void {
  if (!last || last.asked.cost.known === 0) return;
  const { usd, known } = last.asked.cost;
  const left = last.predictions.verdicts.filter((verdict) => verdict === undefined).length;
  session.note(
    `note: ${left} rows are left, at about ${formatDollars((usd / known) * left)} to finish`,
  );
}

function exitCodeOf(
  asked: readonly AskedContender[],
  gates: readonly GateResult[],
  session: Session,
): ExitCode {
  const retryable = asked.reduce((sum, { predictions }) => sum + countRetryable(predictions), 0);
  if (retryable > 0) {
    const rows = retryable === 1 ? '1 row' : `${retryable} rows`;
    session.note(`error: ${rows} failed on the way; the same command asks again`);
    return EXIT.couldNotFinish;
  }
  return gates.every(({ passed }) => passed) ? EXIT.done : EXIT.belowGate;
}

/** Failed rows that the next run asks again. */
const countRetryable = ({ verdicts }: AskedContender['predictions']) =>
  new Set(verdicts.filter((verdict) => verdict?.outcome === 'failed' && verdict.retryable)).size;

function nothingAnswered(asked: readonly AskedContender[], session: Session): ExitCode {
  const files = asked.map(({ predictions }) => unansweredPath(predictions.file)).join(', ');
  session.note('error: not one row was answered, so there is nothing to report');
  session.note(`  the replies are in ${files}`);
  return EXIT.couldNotFinish;
}
