import { systemClock } from '../requests/clock.js';
import { failureOf } from '../requests/failures.js';
import type { Sample } from '../sample.js';
import type { Verdict } from '../verdict.js';
import type { BatchSide } from './batch-side.js';
import type { Model } from './classifier.js';
import { openClient } from './client.js';
import { type ModerationReading, readModeration } from './moderation.js';
import type { SettledOptions } from './options.js';
import { batchLimitsOf } from './providers.js';
import type { Target } from './resolve.js';
import { judgeBy, openServer } from './server.js';

/** OpenAI asks nothing for it. */
const FREE = { input: 0, output: 0, basis: 'free of charge' };

/** Makes a classifier of OpenAI's moderation endpoint: a text is toxic where it is flagged. */
export function openModerationModel(target: Target, options: SettledOptions): Model {
  const server = openServer(target, options);
  const { id, provider, sender, onRetry } = server;
  const client = openClient(server);

  const bodyOf = ({ text }: Pick<Sample, 'text'>) => ({ model: id, input: text });

  const verdictOf = (reading: ModerationReading, latencyMs: number | null): Verdict => ({
    ...reading,
    raw: String(reading.score),
    usage: null,
    costUsd: 0,
    latencyMs,
  });

  const attempt = async (text: string, own: AbortSignal) => {
    const { data, response } = await client.moderations
      .create(bodyOf({ text }), { signal: own })
      .withResponse();
    return { reading: readModeration(data), usage: null, headers: response.headers };
  };

  const classify = (sample: Sample, signal: AbortSignal): Promise<Verdict> =>
    judgeBy({ ...server, price: FREE }, async (latencyMs) => {
      const { reading } = await sender.send(
        {
          shoot: () => ({ send: (own) => attempt(sample.text, own), mostCost: { usd: 0 } }),
          tokens: () => 0,
          costOf: () => 0,
          failureOf: (error) => failureOf(error, sample.text),
          onRetry,
        },
        signal,
      );
      return verdictOf(reading, latencyMs());
    });

  const batch: BatchSide = {
    url: '/v1/moderations',
    server,
    limits: batchLimitsOf(provider),
    price: FREE,
    clock: options.limits?.clock ?? systemClock,
    maxRetries: server.maxRetries,
    bodyOf,
    verdictOf: (response) => verdictOf(readModeration(response), null),
    mostCost: () => 0,
  };

  return { id, provider, prompt: 'moderation', scores: 'always', price: FREE, classify, batch };
}
