import { EXIT, UserError } from '../errors.js';
import type { Verdict } from '../records.js';
import type { Failure } from '../requests/failures.js';

/** The verdict on a row whose request failed for good. */
export function unansweredBy(
  failure: Failure,
  message: string,
  took: Pick<Verdict, 'costUsd' | 'latencyMs'>,
): Verdict {
  const nothing = { usage: null, ...took };
  if (failure.kind === 'filtered') return { outcome: 'filtered', raw: message, ...nothing };
  const retryable = failure.kind === 'retry';
  return { outcome: 'failed', error: message, retryable, raw: '', ...nothing };
}

/** Whether no other row would fare better. */
export function stopsRun(failure: Failure, hasAnswered: boolean): boolean {
  if (failure.kind === 'retry') return failure.cause === 'unreachable' && !hasAnswered;
  return failure.kind !== 'filtered' && failure.kind !== 'row';
}

/** The error that ends a run; `message` is redacted. */
export function stopRun(
  failure: Failure,
  message: string,
  {
    id,
    provider,
    baseUrl,
  }: { readonly id: string; readonly provider: string; readonly baseUrl: string },
): UserError {
  const stop = (text: string, hint: string) =>
    new UserError(`${text}: ${message}`, { hint, exitCode: EXIT.couldNotFinish });
  switch (failure.kind) {
    case 'address':
      return stop(`${baseUrl} sends the requests elsewhere`, 'set the base URL to where it leads');
    case 'key':
      return stop(`${provider} refuses the key`, 'check the key, and that it may use this model');
    case 'model':
      return stop(
        `${provider} has no model "${id}"`,
        'name one that it has with -m PROVIDER:ID, or check the base URL',
      );
    case 'quota':
      return stop(
        `${provider} has stopped the account`,
        'add credit or raise the limit, then run the same command again',
      );
    default:
      return stop(
        `cannot reach ${baseUrl}`,
        'start the server or correct the base URL, then run the same command again',
      );
  }
}
