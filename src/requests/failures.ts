import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { reasonOf, systemCode } from '../errors.js';
import { MalformedReplyError } from './malformed-reply.js';
import { ProxyError } from './proxy.js';
import { serverWaitMs } from './server-wait.js';
import { UnreadableServerError } from './unreadable-server.js';

/** What a failed request means for the run. */
export type Failure = {
  /** What to tell the user. It may quote the server, and is to be redacted. */
  readonly message: string;
} & (
  | {
      readonly kind: 'retry';
      readonly afterMs: number | undefined;
      readonly cause: RetryCause;
      /** What to do where it ends the run. */
      readonly hint?: string;
    }
  | { readonly kind: 'address' | 'key' | 'model' | 'quota' }
  | { readonly kind: 'connection'; readonly hint: string; readonly mayBeBilled: boolean }
  | { readonly kind: 'filtered' | 'row' }
);

/**
 * Why a request is worth another try: nothing was reached; the server is asked too much, or did
 * nothing; it failed midway, or the connection broke after the request was sent, both of which may
 * have been billed.
 */
export type RetryCause = 'unreachable' | 'throttled' | 'server' | 'midway' | 'broken';

const LONGEST_MESSAGE = 500;

/** Beyond this a run is better stopped, with what it has, than left waiting. */
const LONGEST_SERVER_WAIT_MS = 15 * 60_000;

const RETRIED_STATUS = new Set([408, 409, 425, 429, 499]);

/** Said before a model was asked: a conflict, too early, not implemented, unavailable, overloaded. */
const NOTHING_DONE = new Set([409, 425, 501, 503, 529]);
const QUOTA_CODES = new Set(['insufficient_quota', 'billing_hard_limit_reached']);
const UNREACHABLE_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The codes of Node and OpenSSL for a certificate that does not hold. */
const UNTRUSTED =
  /SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER)|^CERT_|ERR_TLS_CERT_ALTNAME_INVALID|INVALID_CA|PATH_LENGTH_EXCEEDED/;

/**
 * Reads what went wrong from an error of the SDK or of the transport: ask again, stop the run
 * (`address`, `key`, `model`, `quota`, `connection`), or give up this row alone (`filtered`, `row`).
 *
 * @param rowText - the text that was judged: a server may quote it, and it must not be read as
 *   the server's own words
 */
export function failureOf(error: unknown, rowText = ''): Failure {
  if (error instanceof APIError && typeof error.status === 'number')
    return statusFailure(error, error.status, rowText);
  const broken = connectionFailure(error);
  if (broken) return broken;
  if (error instanceof APIConnectionTimeoutError) {
    return { kind: 'retry', message: 'timed out', afterMs: undefined, cause: 'broken' };
  }
  if (error instanceof APIConnectionError || error instanceof MalformedReplyError) {
    const isUnreachable = UNREACHABLE_CODES.has(systemCode(error) ?? '');
    const cause = isUnreachable ? 'unreachable' : 'broken';
    return { kind: 'retry', message: reasonOf(error), afterMs: undefined, cause };
  }
  // A body that broke off or is not JSON surfaces from the SDK as a plain error.
  return { kind: 'retry', message: reasonOf(error), afterMs: undefined, cause: 'broken' };
}

const CERTIFICATE_HINT =
  'set NODE_EXTRA_CA_CERTS to the file of the certificate that signed it, or correct the base URL';
const PLAIN_HINT = 'write the base URL with http:// if the server has no TLS, or correct its port';

/**
 * What every further request would meet too: a certificate that is not trusted, no TLS where it
 * should be; and what a proxy on the way says.
 */
function connectionFailure(error: unknown): Failure | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof ProxyError) {
      const { message, hint, isFinal } = at;
      return isFinal
        ? { kind: 'connection', message, hint, mayBeBilled: false }
        : { kind: 'retry', message, hint, afterMs: undefined, cause: 'unreachable' };
    }
    if (at instanceof UnreadableServerError) {
      const { message, hint, mayBeBilled } = at;
      return { kind: 'connection', message, hint, mayBeBilled };
    }
  }
  const code = systemCode(error) ?? '';
  if (UNTRUSTED.test(code)) {
    const message = `its certificate is not trusted: ${reasonOf(error)} (${code})`;
    return { kind: 'connection', message, hint: CERTIFICATE_HINT, mayBeBilled: false };
  }
  if (!/^ERR_SSL_|^EPROTO$/.test(code)) return undefined;
  const message = `it does not speak TLS as it should (${code})`;
  return { kind: 'connection', message, hint: PLAIN_HINT, mayBeBilled: false };
}

function statusFailure(error: APIError, status: number, rowText: string): Failure {
  const message = cut(`HTTP ${status}: ${serverMessage(error)}`);
  const code = error.code ?? undefined;
  if (QUOTA_CODES.has(code ?? '') || QUOTA_CODES.has(error.type ?? '') || status === 402) {
    return { kind: 'quota', message };
  }
  if (RETRIED_STATUS.has(status) || status >= 500) {
    return retryFailure(error, message, causeOf(status));
  }
  if (status >= 300 && status < 400) return { kind: 'address', message };
  if (status === 401) return { kind: 'key', message };
  const words = withoutText(error.message, rowText);
  if (status === 404 || isUnknownModel(code, words)) return { kind: 'model', message };
  if (error.type === NO_SUCH_KEY) return { kind: 'key', message };
  if (isContentFilter(code, words)) {
    return { kind: 'filtered', message };
  }
  return { kind: status === 403 ? 'key' : 'row', message };
}

/** What LiteLLM's proxy says with a 400, and OpenAI's code for a model that is not there. */
const isUnknownModel = (code: string | undefined, message: string) =>
  code === 'model_not_found' || message.includes('Invalid model name passed in model=');

/** LiteLLM's proxy without a database answers any key but its own with this, and a 400. */
const NO_SUCH_KEY = 'no_db_connection';

function causeOf(status: number): RetryCause {
  if (status === 429) return 'throttled';
  return NOTHING_DONE.has(status) ? 'server' : 'midway';
}

function retryFailure(error: APIError, message: string, cause: RetryCause): Failure {
  const afterMs = serverWaitMs(error.headers);
  if (afterMs === undefined || afterMs <= LONGEST_SERVER_WAIT_MS) {
    return { kind: 'retry', message, afterMs, cause };
  }
  const minutes = Math.min(Math.round(afterMs / 60_000), 999_999);
  return { kind: 'quota', message: `it asks to wait ${minutes} minutes (${message})` };
}

/** What a server says, without the row's own text in it. */
export const withoutText = (message: string, rowText: string) =>
  rowText === '' ? message : message.replaceAll(rowText, '');

/** A gateway's error may be a whole page. */
const cut = (text: string) =>
  text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}...` : text;

/** The SDK's own text repeats the status in front; a gateway's may have several lines. */
function serverMessage(error: APIError): string {
  return (
    error.message
      .replace(/^\d{3} /, '')
      .replace(/\s*\n\s*/g, ' ')
      .trim() || 'no message'
  );
}

function isContentFilter(code: string | undefined, message: string): boolean {
  return (
    /content_(?:filter|policy)|moderation/.test(code ?? '') ||
    /content[ _-]?(?:filter|policy|management policy)|flagged (?:by|as|for)|was flagged|moderation/i.test(
      message,
    )
  );
}
