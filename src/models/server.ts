import { costOf } from '../pricing/cost.js';
import type { Price } from '../pricing/price.js';
import type { Verdict } from '../records.js';
import {
  DEFAULT_CONCURRENCY,
  DEFAULT_MAX_RETRIES,
  DEFAULT_TIMEOUT_MS,
} from '../requests/defaults.js';
import { type Redact, redactor, secretsOf } from '../requests/redact.js';
import { type Request, RequestError, retryNote, Sender } from '../requests/sender.js';
import { sharedTransport } from '../requests/shared-transport.js';
import type { ClientOptions } from './client.js';
import type { SettledOptions } from './options.js';
import type { Target } from './resolve.js';
import { stopRun, stopsRun, unansweredBy } from './stop-run.js';

/** A model behind a server that speaks OpenAI's protocol, and what it is asked with. */
export interface Server extends ClientOptions, Target {
  readonly redact: Redact;
  readonly sender: Sender;
  /** Tells the user of an adaptation. */
  note(text: string): void;
  /** Tells the user of a retry. */
  readonly onRetry: NonNullable<Request<never>['onRetry']>;
}

/** Prepares the requests to a server. Nothing is sent. */
export function openServer(
  target: Target,
  { transport, env, limits = {}, onDetail }: SettledOptions,
): Server {
  const redact = redactor([target.apiKey, ...secretsOf(env)]);
  const note = (text: string) => onDetail?.(redact(`${target.provider}:${target.id}: ${text}`));
  return {
    ...target,
    transport: transport ?? sharedTransport(env),
    redact,
    sender: new Sender({
      maxRetries: DEFAULT_MAX_RETRIES,
      concurrency: DEFAULT_CONCURRENCY,
      ...limits,
    }),
    timeoutMs: limits.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    note,
    onRetry: (failure, waitMs) => note(retryNote(failure, waitMs)),
  };
}

/**
 * Judges a row by asking a server, and makes a verdict also of a request that failed for good.
 *
 * @throws UserError where every other row would fail too
 */
export async function judgeBy(
  server: Server & { readonly price?: Price | undefined },
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
    const costUsd = costOf(null, server.price);
    return unansweredBy(error.failure, message, { costUsd, latencyMs: latencyMs() });
  }
}
