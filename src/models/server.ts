import OpenAI from 'openai';
import { EXIT, UserError } from '../errors.js';
import type { Verdict } from '../records.js';
import type { Failure } from '../requests/failures.js';
import type { Redact } from '../requests/redact.js';
import { RequestError, type Sender } from '../requests/sender.js';
import type { Transport } from '../requests/transport.js';

/** A model behind a server that speaks OpenAI's protocol, and what it is asked with. */
export interface Server {
  readonly id: string;
  readonly provider: string;
  readonly baseUrl: string;
  /** Undefined where the server wants none. */
  readonly apiKey: string | undefined;
  readonly transport: Transport;
  readonly redact: Redact;
  readonly sender: Sender;
  /** For one request, from its sending to the end of its reply. */
  readonly timeoutMs: number;
}

/** The SDK over connections of ours; retries are the sender's. */
export function openClient({ baseUrl, apiKey, provider, transport, timeoutMs }: Server): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    fetch: provider === 'openai' ? transport.modelFetch : withHeadersAlone(transport, apiKey),
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
  });
}

/**
 * The SDK adds headers from variables such as OPENAI_ORG_ID and OPENAI_CUSTOM_HEADERS, which may
 * hold a secret. They are for OpenAI's own eyes: any other server gets these alone.
 */
function withHeadersAlone(
  { modelFetch }: Transport,
  apiKey: string | undefined,
): Transport['modelFetch'] {
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  };
  return (url, init) => modelFetch(url, { ...init, headers });
}

/**
 * Judges a row by asking a server, and makes a verdict also of a request that failed for good.
 *
 * @throws UserError where no other row would fare better
 */
export async function judgeBy(
  server: Server,
  judge: (latencyMs: () => number) => Promise<Verdict>,
): Promise<Verdict> {
  const started = performance.now();
  const latencyMs = () => Math.round(performance.now() - started);
  try {
    return await judge(latencyMs);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const message = server.redact(error.failure.message);
    if (stopsRun(error.failure, server.sender.hasAnswered)) {
      throw stopRun(error.failure, message, server);
    }
    return unansweredBy(error.failure, message, latencyMs());
  }
}

/** The verdict on a row whose request failed for good. */
function unansweredBy(failure: Failure, message: string, latencyMs: number): Verdict {
  const nothing = { usage: null, latencyMs };
  if (failure.kind === 'filtered') return { outcome: 'filtered', raw: message, ...nothing };
  const retryable = failure.kind === 'retry';
  return { outcome: 'failed', error: message, retryable, raw: '', ...nothing };
}

/** Whether no other row would fare better. */
function stopsRun(failure: Failure, hasAnswered: boolean): boolean {
  if (failure.kind === 'retry') return failure.cause === 'unreachable' && !hasAnswered;
  return failure.kind !== 'filtered' && failure.kind !== 'row';
}

function stopRun(failure: Failure, message: string, { id, provider, baseUrl }: Server): UserError {
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
