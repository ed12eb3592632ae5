import type { GateResult } from '../analysis/gates.js';
import { isFew } from '../analysis/notes.js';
import type { Report } from '../analysis/report/report.js';
import { contendersOf, hasTruth } from '../analysis/roles.js';
import { EXIT, type ExitCode } from '../errors.js';
import type { Evaluation } from '../evaluate.js';
import { formatCount, formatMoney, plural } from '../format.js';
import { unansweredPath } from '../labels/reader.js';
import { renderText } from '../reports/text.js';
import { cascadeHint } from '../reports/text-cascade.js';
import { type Budget, BudgetSpentError } from '../requests/budget.js';
import type { BatchFacts } from '../run/asked.js';
import type { AskedContender } from '../run/contenders.js';
import { renderBatches, renderSaved } from './batch-board.js';
import { renderCost, renderOvershoot, renderPossiblyBilled, renderTotals } from './cost-lines.js';
import type { EvaluateFlags } from './evaluate-flags.js';
import { explain, type Session } from './main.js';
import { withWayToGoOn } from './setup.js';

/** What is said at the end, beside the report. */
interface Ending {
  readonly flags: Pick<EvaluateFlags, 'full' | 'slice'>;
  readonly budget: Budget | undefined;
  /** How to go on with a run that stopped. */
  readonly goOn: string;
  readonly session: Session;
}

/** Prints what was found. What was answered is shown even when the run could not finish. */
export function concludeEvaluate(
  evaluation: Evaluation,
  { flags, budget, goOn, session }: Ending,
): ExitCode {
  const { report, gates, asked, written, stoppedBy, interrupted } = evaluation;
  const isAnswered = contendersOf(report).some(({ rows }) => rows.answered > 0);
  const isWaiting = asked.some(({ asked }) => (asked.batches?.waiting ?? 0) > 0);
  const isShown =
    !isWaiting && (interrupted ? hasEnough(report) : stoppedBy === undefined || isAnswered);
  if (isShown && hasTruth(report)) session.print(renderText(report, { ...flags, gates }));
  for (const contender of isAnswered ? asked : []) noteCost(contender, report, session);
  for (const { model, asked: answers } of asked) {
    const { batches } = answers;
    if (batches) noteBatches(batches, answers.cost.usd, session);
    const possiblyBilled = renderPossiblyBilled(model);
    if (possiblyBilled) session.note(`in doubt    ${model.id}: ${possiblyBilled}`);
  }
  const overshoot = renderOvershoot(budget);
  if (overshoot) session.note(overshoot);
  for (const path of written) session.note(`report      ${path}`);
  if (isAnswered && isShown && hasTruth(report) && !flags.full) {
    const hint = cascadeHint(report);
    session.note(
      hint === undefined
        ? 'more        --full prints the confusion matrix, agreement, pairs and slices'
        : `more        --full prints all tables; ${hint}`,
    );
  }
  if (stoppedBy instanceof BudgetSpentError) noteWhatIsLeft(asked.at(-1), session);
  if (stoppedBy !== undefined) return explain(withWayToGoOn(stoppedBy, goOn), session);
  if (interrupted) {
    const left = asked.at(-1)?.left ?? 0;
    session.note(`next        stopped early, ${plural(left, 'row')} left; ${goOn} to go on`);
    return EXIT.interrupted;
  }
  if (isWaiting) {
    session.note(`next        ${goOn} to take what has ended by then, and to see the report`);
    return EXIT.done;
  }
  if (!isAnswered) return nothingAnswered(asked, session);
  return notePartial(report, session)
    ? EXIT.couldNotFinish
    : exitCodeOf(asked, gates, { goOn, session });
}

/** Whether what was answered before the user left can tell anything. */
const hasEnough = (report: Report) =>
  contendersOf(report).every(
    ({ rows, figures }) => !isFew(rows.compared, figures.positive.support),
  );

/** Names the kept answers that are of a part of the file; whether there are any. */
function notePartial(report: Report, session: Session): boolean {
  const partial = contendersOf(report).filter(({ rows }) => rows.not_asked > 0);
  for (const { file, rows } of partial) {
    const there = formatCount(rows.total - rows.not_asked);
    session.note(
      `error: ${file} has answers to ${there} of the ${plural(rows.total, 'row')} of ${report.data.file} that are to be judged`,
    );
    session.note(
      '  name the model with -m to ask for the others, or judge by a file of these rows',
    );
  }
  return partial.length > 0;
}

function noteCost(
  { predictions, model, asked }: AskedContender,
  { task }: Report,
  session: Session,
): void {
  const rows = asked.skipped === 1 ? '1 row was' : `${formatCount(asked.skipped)} rows were`;
  const before = asked.skipped > 0 ? `; ${rows} answered before` : '';
  session.note(`answers     ${predictions.file}${before}`);
  if (asked.skipped > 0) {
    session.note(`in all      ${renderTotals(asked.totals, task.labels, 'answer')}`);
  }
  session.note(`cost        ${renderCost(asked.cost, model)}`);
  const taken = model.cascade?.takenFromRecord() ?? 0;
  if (taken > 0) {
    const answers = plural(taken, 'answer');
    session.note(
      `on record   ${answers} of ${model.cascade?.teacher} were in the file: not paid for again`,
    );
  }
}

function noteBatches(batches: BatchFacts, usd: number, session: Session): void {
  const saved = renderSaved(batches, usd);
  if (saved !== undefined) session.note(`saved       ${saved}`);
  session.note(`batches     ${renderBatches(batches)}`);
}

/** The last model that was asked is where the budget ended. */
function noteWhatIsLeft(last: AskedContender | undefined, session: Session): void {
  if (!last || last.asked.cost.known === 0) return;
  const { asked, left } = last;
  const { usd, known } = asked.cost;
  session.note(
    `note: ${formatCount(left)} rows are left, at about ${formatMoney((usd / known) * left)} to finish`,
  );
}

function exitCodeOf(
  asked: readonly AskedContender[],
  gates: readonly GateResult[],
  { goOn, session }: Pick<Ending, 'goOn' | 'session'>,
): ExitCode {
  const missing = asked.reduce((sum, { asked }) => sum + (asked.batches?.missing ?? 0), 0);
  if (missing > 0) {
    session.note(`error: ${plural(missing, 'row')} are in no batch and have no result`);
    session.note(`  to submit them, ${goOn}`);
    return EXIT.couldNotFinish;
  }
  const retryable = asked.reduce((sum, { predictions }) => sum + predictions.retryable, 0);
  if (retryable > 0) {
    session.note(`error: ${plural(retryable, 'row')} failed on the way`);
    session.note(`  to ask again, ${goOn}`);
    return EXIT.couldNotFinish;
  }
  return gates.every(({ passed }) => passed) ? EXIT.done : EXIT.belowGate;
}

function nothingAnswered(asked: readonly AskedContender[], session: Session): ExitCode {
  const files = asked.map(({ predictions }) => unansweredPath(predictions.file)).join(', ');
  session.note('error: not one row was answered, so there is nothing to report');
  session.note(`  the replies are in ${files}`);
  return EXIT.couldNotFinish;
}
