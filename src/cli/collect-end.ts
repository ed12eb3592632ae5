import type { CollectSummary } from '../collect.js';
import { EXIT, type ExitCode, UserError } from '../errors.js';
import { formatCount, plural } from '../format.js';
import { unansweredPath } from '../labels/reader.js';
import { type Budget, BudgetSpentError } from '../requests/budget.js';
import { countAsked, countLabelled } from '../run/asked.js';
import { renderNumbers } from './batch-board.js';
import type { Following } from './collect-next.js';
import { renderLeft, renderOvershoot, renderPossiblyBilled } from './cost-lines.js';
import { explain, type Session } from './main.js';
import { withWayToGoOn } from './setup.js';

/** Once rows were sent, bad input is no longer a run in which nothing was sent. */
function afterSending(error: unknown): unknown {
  if (!(error instanceof UserError) || error.exitCode !== EXIT.badInput) return error;
  const { message, hint } = error;
  return new UserError(message, {
    exitCode: EXIT.couldNotFinish,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What was labelled is told even when the run had to stop: it was paid for. */
export async function conclude(
  summary: CollectSummary,
  run: Following & { readonly session: Session; readonly budget: Budget | undefined },
): Promise<ExitCode> {
  const { renderCollectSummary } = await import('./collect-summary.js');
  const { session, model, budget, goOn, rows } = run;
  const { stoppedBy, interrupted } = summary;
  const hasRows = countAsked(summary) > 0;
  const isInDoubt = renderPossiblyBilled(model) !== undefined;
  const isWaiting = (summary.batches?.waiting ?? 0) > 0;
  if (hasRows || isInDoubt || isWaiting || stoppedBy === undefined) {
    session.note(renderCollectSummary(summary, run));
  }
  const overshoot = renderOvershoot(budget);
  if (overshoot) session.note(overshoot);
  if (stoppedBy === undefined && interrupted) return EXIT.interrupted;
  if (stoppedBy === undefined) {
    const error = shortfall(summary, goOn);
    return error ? explain(error, session) : EXIT.done;
  }
  const left = stoppedBy instanceof BudgetSpentError ? renderLeft(summary, rows) : undefined;
  if (left) session.note(left);
  const error = withWayToGoOn(stoppedBy, goOn);
  return explain(hasRows ? afterSending(error) : error, session);
}

/** What keeps a run that came to its end from being done. */
function shortfall(summary: CollectSummary, goOn: string): UserError | undefined {
  const { retryable, file } = summary;
  const asked = countAsked(summary);
  const exitCode = EXIT.couldNotFinish;
  if (retryable > 0) {
    return new UserError(`${plural(retryable, 'row')} failed on the way`, {
      hint: `${goOn}: it asks for what is missing`,
      exitCode,
    });
  }
  if (summary.shards && summary.shards.missing.length > 0) {
    const { all, missing, list } = summary.shards;
    const where = list === undefined ? '' : `, and their numbers are in ${list}`;
    return new UserError(
      `${formatCount(missing.length)} of ${plural(all, 'shard')} are missing or not whole: ${renderNumbers(missing)}`,
      { hint: `run them again${where}, then ${goOn}`, exitCode },
    );
  }
  const missing = summary.batches?.missing ?? 0;
  if (missing > 0) {
    return new UserError(`${plural(missing, 'row')} are in no batch and have no result`, {
      hint: `${goOn}: it submits what is missing`,
      exitCode,
    });
  }
  if (asked === 0 || countLabelled(summary) > 0) return undefined;
  return new UserError(`none of the ${formatCount(asked)} rows that were asked got a label`, {
    hint: `read them in ${unansweredPath(file)}, then ask with another prompt or model`,
    exitCode,
  });
}
