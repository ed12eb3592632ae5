import { costOf } from '../pricing/cost.js';
import { openEstimator } from '../pricing/estimate.js';
import type { Price } from '../pricing/price.js';
import { systemClock } from '../requests/clock.js';
import { failureOf } from '../requests/failures.js';
import type { Sample } from '../sample.js';
import type { Verdict } from '../verdict.js';
import type { BatchSide } from './batch-side.js';
import type { Model } from './classifier.js';
import { openClient } from './client.js';
import { severityOf } from './content-safety.js';
import { priceOfTarget } from './model-price.js';
import { type ModerationReading, readModeration } from './moderation.js';
import { needsEstimator, type SettledOptions } from './options.js';
import { batchLimitsOf, quirksOf } from './providers.js';
import type { Target } from './resolve.js';
import { judgeBy, openServer } from './server.js';

/** OpenAI asks nothing for it. */
const FREE = { input: 0, output: 0, basis: 'free of charge' };

/**
 * Makes a classifier of a moderation endpoint: a text is toxic where it is flagged.
 *
 * @throws UserError when a budget is set and nobody knows the price
 */
export async function openModerationModel(target: Target, options: SettledOptions): Promise<Model> {
  const { moderation, speaks } = quirksOf(target.provider);
  if (speaks === 'severities') severityOf(target.id); // Before anything is sent.
  const isFree = moderation !== 'paid';
  const price = isFree ? FREE : await priceOfTarget(target, options);
  const estimator = isFree || !needsEstimator(options) ? undefined : await estimatorOf(price);
  const server = openServer(target, options);
  const { id, provider, sender, onRetry } = server;
  const client = openClient(server);

  const bodyOf = ({ text }: Pick<Sample, 'text'>) => ({ model: id, input: text });

  const verdictOf = (reading: ModerationReading, latencyMs: number | null): Verdict => ({
    ...reading,
    raw: String(reading.score),
    costUsd: costOf(reading.usage, price),
    latencyMs,
  });

  const attempt = async (text: string, own: AbortSignal) => {
    const { data, response } = await client.moderations
      .create(bodyOf({ text }), { signal: own })
      .withResponse();
    const reading = readModeration(data);
    return { reading, usage: reading.usage, headers: response.headers };
  };

  const classify = (sample: Sample, signal: AbortSignal): Promise<Verdict> =>
    judgeBy({ ...server, price }, async (latencyMs) => {
      const tokens = estimator?.promptTokens(sample.text) ?? 0;
      const mostCost = { usd: estimator?.mostCost(tokens, 0) ?? 0 };
      const { reading } = await sender.send(
        {
          shoot: () => ({ send: (own) => attempt(sample.text, own), mostCost }),
          tokens: () => tokens,
          costOf: (usage) => costOf(usage, price),
          failureOf: (error) => failureOf(error, sample.text),
          onRetry,
        },
        signal,
      );
      return verdictOf(reading, latencyMs());
    });

  const billing = {
    possiblyBilled: () => sender.possiblyBilled,
    addPossiblyBilled: (usd: number) => sender.addPossiblyBilled(usd),
  };

  const batch: BatchSide = {
    url: '/v1/moderations',
    server,
    limits: batchLimitsOf(provider),
    price,
    clock: options.limits?.clock ?? systemClock,
    maxRetries: server.maxRetries,
    bodyOf,
    verdictOf: (response) => verdictOf(readModeration(response), null),
    mostCost: () => 0,
  };

  return {
    id,
    provider,
    prompt: 'moderation',
    scores: 'always',
    price,
    estimator,
    classify,
    // Mistral takes files of requests in another form.
    ...(isFree ? { batch } : billing),
  };
}

const estimatorOf = (price: Price | undefined) =>
  openEstimator({
    encoding: undefined,
    price,
    mostAnswerTokens: 0,
    thinks: false,
    messagesFor: (text) => [{ role: 'user', content: text }],
  });
