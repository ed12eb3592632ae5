import { UserError } from '../errors.js';
import { costOf } from '../pricing/cost.js';
import type { Price } from '../pricing/price.js';
import { LONGEST_TIMER_MS } from '../requests/clock.js';
import {
  DEFAULT_CONCURRENCY,
  DEFAULT_MAX_RETRIES,
  DEFAULT_TIMEOUT_MS,
} from '../requests/defaults.js';
import { type Request, RequestError, retryNote, Sender } from '../requests/sender.js';
import { sharedTransport } from '../requests/shared-transport.js';
import { keepSecrets, redact } from '../secrets/redact.js';
import { secretsInAddress, secretsOf } from '../secrets/values.js';
import type { Verdict } from '../verdict.js';
import type { ClientOptions } from './client.js';
import type { SettledOptions } from './options.js';
import type { Target } from './resolve.js';
import { stopRun, stopsRun, unansweredBy } from './stop-run.js';

/** A model behind a server that speaks OpenAI's protocol, and what it is asked with. */
export interface Server extends ClientOptions, Target {
  readonly sender: Sender;
  /** Further tries of a request after the first. */
  readonly maxRetries: number;
  /** Tells the user of an adaptation. */
  note(text: string): void;
  /** Tells the user of a retry. */
  readonly onRetry: NonNullable<Request<never>['onRetry']>;
}

/**
 * Prepares the requests to a server. Nothing is sent.
 *
 * @throws UserError when `timeout` is more than a timer holds
 */
export function openServer(
  target: Target,
  { transport, env, limits = {}, onDetail }: SettledOptions,
): Server {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = limits;
  if (!(timeoutMs > 0 && timeoutMs <= LONGEST_TIMER_MS)) {
    throw new UserError(`\`timeout\` is ${timeoutMs / 1000} seconds`, {
      hint: `give from 1 to ${Math.floor(LONGEST_TIMER_MS / 1000)}`,
    });
  }
  keepSecrets([target.apiKey, ...secretsInAddress(target.baseUrl), ...secretsOf(env)]);
  const note = (text: string) =>
    onDetail?.(withoutKeys(`${target.provider}:${target.id}: ${text}`));
  return {
    ...target,
    transport: transport ?? sharedTransport(env),
    sender: new Sender({
      maxRetries: DEFAULT_MAX_RETRIES,
      concurrency: DEFAULT_CONCURRENCY,
      ...limits,
    }),
    timeoutMs,
    maxRetries: limits.maxRetries ?? DEFAULT_MAX_RETRIES,
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
    const message = withoutKeys(error.failure.message);
    if (stopsRun(error.failure, server.sender.hasAnswered)) {
      throw stopRun(error.failure, message, server);
    }
    const costUsd = costOf(null, server.price);
    return unansweredBy(error.failure, message, { costUsd, latencyMs: latencyMs() });
  }
}

/**
 * What a server says, without our secrets, and without what looks like the key of somebody else: a
 * gateway may show its own.
 */
export const withoutKeys = (message: string): string =>
  redact(message)
    .replace(/\b(?:sk|gsk|hf|opk|fw)[-_][\w*.-]{7,}[\w*]/g, '[redacted]')
    .replace(/(\bbearer\s+)[\w.~+/=-]{6,}/gi, '$1[redacted]');
