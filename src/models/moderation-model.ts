import type { Sample, Verdict } from '../records.js';
import { failureOf } from '../requests/failures.js';
import type { Model } from './classifier.js';
import { openClient } from './client.js';
import { readModeration } from './moderation.js';
import { judgeBy, type Server } from './server.js';

/** OpenAI asks nothing for it. */
const FREE = { input: 0, output: 0, basis: 'free of charge' };

export interface ModerationOptions extends Server {
  readonly onNote?: ((note: string) => void) | undefined;
}

/** Makes a classifier of OpenAI's moderation endpoint: a text is toxic where it is flagged. */
export function openModerationModel(options: ModerationOptions): Model {
  const { id, provider, sender, redact, onNote } = options;
  const client = openClient(options);

  const attempt = async (text: string, own: AbortSignal) => {
    const { data, response } = await client.moderations
      .create({ model: id, input: text }, { signal: own })
      .withResponse();
    return { reading: readModeration(data), usage: null, headers: response.headers };
  };

  const classify = (sample: Sample, signal: AbortSignal): Promise<Verdict> =>
    judgeBy({ ...options, price: FREE }, async (latencyMs) => {
      const { reading } = await sender.send(
        {
          attempt: (own) => attempt(sample.text, own),
          tokens: 0,
          mostUsd: 0,
          costOf: () => 0,
          failureOf: (error) => failureOf(error, sample.text),
          onRetry: (failure, waitMs) => {
            const wait = `trying again in ${(waitMs / 1000).toFixed(1)} s`;
            onNote?.(redact(`${provider}:${id}: ${failure.message}; ${wait}`));
          },
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

  return { id, provider, prompt: 'moderation', price: FREE, classify };
}
