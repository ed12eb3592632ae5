import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { reasonOf, systemCode } from '../errors.js';

/** What a failed request means for the run. */
export type Failure = {
  /** What to tell the user. It may quote the server, and is to be redacted. */
  readonly message: string;
} & (
  | { readonly kind: 'retry'; readonly afterMs: number | undefined; readonly unreachable: boolean }
  | { readonly kind: 'address' | 'key' | 'model' | 'quota' }
  | { readonly kind: 'filtered' | 'row' }
);

const LONGEST_MESSAGE = 500;
const RETRIED_STATUS = new Set([408, 409, 425, 429]);
const QUOTA_CODES = new Set(['insufficient_quota', 'billing_hard_limit_reached']);
const UNREACHABLE_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** A reply with a good status that is not the JSON it should be. */
export class MalformedReplyError extends Error {
  override readonly name = 'MalformedReplyError';
}

/**
 * Reads what went wrong from an error of the SDK or of the transport: ask again, stop the run
 * (`address`, `key`, `model`, `quota`), or give up this row alone (`filtered`, `row`).
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof APIError && typeof error.status === 'number')
    return statusFailure(error, error.status);
  if (error instanceof APIConnectionTimeoutError) {
    return { kind: 'retry', message: 'timed out', afterMs: undefined, unreachable: false };
  }
  if (error instanceof APIConnectionError || error instanceof MalformedReplyError) {
    const unreachable = UNREACHABLE_CODES.has(systemCode(error) ?? '');
    return { kind: 'retry', message: reasonOf(error), afterMs: undefined, unreachable };
  }
  // A body that broke off or is not JSON surfaces from the SDK as a plain error.
  return { kind: 'retry', message: reasonOf(error), afterMs: undefined, unreachable: false };
}

function statusFailure(error: APIError, status: number): Failure {
  const message = cut(`HTTP ${status}: ${serverMessage(error)}`);
  const code = error.code ?? undefined;
  if (QUOTA_CODES.has(code ?? '') || QUOTA_CODES.has(error.type ?? ''))
    return { kind: 'quota', message };
  if (RETRIED_STATUS.has(status) || status >= 500) {
    return { kind: 'retry', message, afterMs: retryAfterMs(error.headers), unreachable: false };
  }
  if (isContentFilter(code, message)) return { kind: 'filtered', message };
  if (status >= 300 && status < 400) return { kind: 'address', message };
  if (status === 401 || status === 403) return { kind: 'key', message };
  if (status === 402) return { kind: 'quota', message };
  if (status === 404) return { kind: 'model', message };
  return { kind: 'row', message };
}

/** A gateway's error may be a whole page. */
const cut = (text: string) =>
  text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}...` : text;

/** The SDK's own text repeats the status in front. */
function serverMessage(error: APIError): string {
  return error.message.replace(/^\d{3} /, '').trim() || 'no message';
}

function isContentFilter(code: string | undefined, message: string): boolean {
  return (
    /content_(?:filter|policy)|moderation/.test(code ?? '') ||
    /content[ _-]?(?:filter|policy|management policy)|flagged (?:by|as|for)|was flagged|moderation/i.test(
      message,
    )
  );
}

/**
 * How long a server asks to wait: `retry-after-ms`, or `Retry-After` in seconds or as a date.
 *
 * @returns milliseconds, undefined where it does not say
 */
export function retryAfterMs(headers: Headers | undefined, now = Date.now()): number | undefined {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const after = headers?.get('retry-after');
  if (!after) return undefined;
  const seconds = Number(after);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
