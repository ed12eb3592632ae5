import { z } from 'zod';
import { UserError } from '../errors.js';
import { costOf } from '../pricing/cost.js';
import { openEstimator } from '../pricing/estimate.js';
import type { Price } from '../pricing/price.js';
import { MalformedReplyError } from '../requests/malformed-reply.js';
import { RequestError } from '../requests/sender.js';
import { type Embedder, TEXTS_A_REQUEST } from '../student/embedding-head.js';
import { FEATURES } from '../student/features.js';
import { addUsage, type Usage } from '../verdict.js';
import { openClient } from './client.js';
import { priceOfTarget } from './model-price.js';
import { type ModelOptions, needsEstimator, settle } from './options.js';
import { providerTarget } from './resolve.js';
import { openServer, withoutKeys } from './server.js';
import { stopRun, stopsRun } from './stop-run.js';

const replySchema = z.object({
  data: z
    .array(z.object({ index: z.int().nonnegative(), embedding: z.array(z.number()).min(1) }))
    .min(1),
  usage: z.object({ prompt_tokens: z.int().nonnegative() }).nullish(),
});

/**
 * Opens a model behind an OpenAI-compatible `/embeddings` endpoint. Nothing is sent yet. Of a text
 * it sends as much as a student reads.
 *
 * @param name - `PROVIDER:MODEL`, which is also the embedder's id
 * @throws UserError when the name is unknown or its key is missing, or a budget is set and nobody
 *   knows its price; from `embed` when a request fails for good, with the RequestError as its
 *   cause where other texts may fare better
 */
export async function openEmbedder(name: string, options: ModelOptions = {}): Promise<Embedder> {
  const settled = settle(options);
  const target = providerTarget(name, settled);
  const price = await priceOfTarget(target, settled);
  const estimator = needsEstimator(settled) ? await openTextEstimator(price) : undefined;
  const server = openServer(target, settled);
  const { sender, onRetry } = server;
  const client = openClient(server);

  const attempt = async (texts: readonly string[], own: AbortSignal) => {
    const { data, response } = await client.embeddings
      .create(
        {
          model: target.id,
          input: texts.map(asRead),
          encoding_format: 'float',
        },
        { signal: own },
      )
      .withResponse();
    return { ...readEmbeddings(data, texts.length), headers: response.headers };
  };

  const ask = async (texts: readonly string[], signal: AbortSignal) => {
    const tokensOf = (text: string) => estimator?.promptTokens(text) ?? 0;
    const promptTokens = texts.reduce((sum, text) => sum + tokensOf(text), 0);
    const mostUsd = estimator?.mostCost(promptTokens, 0) ?? 0;
    try {
      return await sender.send(
        {
          shoot: () => ({ send: (own) => attempt(texts, own), mostCost: { usd: mostUsd } }),
          tokens: () => promptTokens,
          costOf: (usage) => costOf(usage, price),
          onRetry,
        },
        signal,
      );
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const message = withoutKeys(error.failure.message);
      if (stopsRun(error.failure, sender.hasAnswered)) {
        throw stopRun(error.failure, message, target);
      }
      throw new UserError(`${name} gives no embeddings: ${message}`, {
        hint: 'check that it is an embedding model, then run the same command again',
        cause: error,
      });
    }
  };

  return {
    id: name,
    price,
    possiblyBilled: () => sender.possiblyBilled,
    addPossiblyBilled: (usd) => sender.addPossiblyBilled(usd),
    async embed(texts, signal = new AbortController().signal, onUsage) {
      const vectors: Float32Array[] = [];
      let usage: Usage | null = null;
      let isCounted = true;
      for (let start = 0; start < texts.length; start += TEXTS_A_REQUEST) {
        signal.throwIfAborted();
        const sent = await ask(texts.slice(start, start + TEXTS_A_REQUEST), signal);
        vectors.push(...sent.vectors);
        usage = addUsage(usage, sent.usage);
        isCounted &&= sent.usage !== null;
      }
      onUsage?.(isCounted ? usage : null);
      return vectors;
    },
  };
}

/** As much of a text as a student reads. */
const asRead = (text: string) => text.slice(0, FEATURES.max_characters);

const openTextEstimator = (price: Price | undefined) =>
  openEstimator({
    encoding: undefined,
    price,
    mostAnswerTokens: 0,
    thinks: false,
    messagesFor: (text) => [{ role: 'user', content: asRead(text) }],
  });

/** @throws MalformedReplyError when the reply is not one vector a text, all of one length */
function readEmbeddings(
  data: unknown,
  count: number,
): { vectors: Float32Array[]; usage: Usage | null } {
  const reply = replySchema.safeParse(data);
  if (!reply.success) throw new MalformedReplyError('the reply holds no embeddings');
  const sorted = reply.data.data.toSorted((a, b) => a.index - b.index);
  const dimensions = sorted[0]?.embedding.length;
  const isSound = sorted.every(
    ({ index, embedding }, i) => index === i && embedding.length === dimensions,
  );
  if (sorted.length !== count || !isSound) {
    throw new MalformedReplyError(`the reply is not one vector for each of ${count} texts`);
  }
  const tokens = reply.data.usage?.prompt_tokens;
  return {
    vectors: sorted.map(({ embedding }) => Float32Array.from(embedding)),
    usage: tokens === undefined ? null : { prompt_tokens: tokens, completion_tokens: 0 },
  };
}
