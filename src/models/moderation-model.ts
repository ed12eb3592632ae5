import type { Sample, Verdict } from '../records.js';
import { failureOf } from '../requests/failures.js';
import type { Model } from './classifier.js';
import { openClient } from './client.js';
import { readModeration } from './moderation.js';
import type { SettledOptions } from './options.js';
import type { Target } from './resolve.js';
import { judgeBy, openServer } from './server.js';

/** OpenAI asks nothing for it. */
const FREE = { input: 0, output: 0, basis: 'free of charge' };

/** Makes a classifier of OpenAI's moderation endpoint: a text is toxic where it is flagged. */
export function openModerationModel(target: Target, options: SettledOptions): Model {
  const server = openServer(target, options);
  const { id, provider, sender, onRetry } = server;
  const client = openClient(server);

  const attempt = async (text: string, own: AbortSignal) => {
    const { data, response } = await client.moderations
      .create({ model: id, input: text }, { signal: own })
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
      return {
        ...reading,
        raw: String(reading.score),
        usage: null,
        costUsd: 0,
        latencyMs: latencyMs(),
      };
    });

  return { id, provider, prompt: 'moderation', scores: 'always', price: FREE, classify };
}
