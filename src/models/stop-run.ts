import { EXIT, UserError } from '../errors.js';
import type { Failure } from '../requests/failures.js';
import type { Verdict } from '../verdict.js';
import type { Target } from './resolve.js';

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

/** Whether every other row would fail too. */
export function stopsRun(failure: Failure, hasAnswered: boolean): boolean {
  if (failure.kind === 'retry') return failure.cause === 'unreachable' && !hasAnswered;
  return failure.kind !== 'filtered' && failure.kind !== 'row';
}

/** The error that ends a run; `message` is redacted. */
export function stopRun(failure: Failure, message: string, target: Target): UserError {
  const { id, provider, baseUrl, apiKey, keyEnv } = target;
  const stop = (text: string, hint: string) =>
    new UserError(`${text}: ${message}`, { hint, exitCode: EXIT.couldNotFinish });
  switch (failure.kind) {
    case 'address':
      return stop(
        `${baseUrl} redirects the requests`,
        'set the base URL to the address it redirects to',
      );
    case 'key':
      return apiKey === undefined
        ? stop(`${provider} refuses a request without a key`, howToGiveKey(keyEnv))
        : stop(
            `${provider} refuses the key in ${keyEnv}`,
            'check the key, and that it may use this model',
          );
    case 'model':
      return stop(
        `${provider} has no model "${id}"`,
        'name one that it has with `model`, or check the base URL',
      );
    case 'connection':
      return stop(`cannot ask ${baseUrl}`, failure.hint);
    case 'quota':
      return stop(
        `${provider} has stopped the account`,
        'add credit or raise the limit, then run the same command again',
      );
    default:
      return stop(
        `cannot reach ${baseUrl}`,
        (failure.kind === 'retry' ? failure.hint : undefined) ??
          'start the server or correct the base URL, then run the same command again',
      );
  }
}

const howToGiveKey = (keyEnv: string | undefined) =>
  keyEnv === undefined
    ? 'set a variable to the key, and name the variable with `apiKeyEnv`'
    : `set ${keyEnv} in the environment or in .env`;
