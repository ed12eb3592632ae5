import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { OnRead } from '../files/bytes.js';
import { JsonlWriter } from '../files/jsonl-writer.js';
import { readLines } from '../files/lines.js';
import { FileLock } from '../files/lock.js';
import { dropHoles } from '../files/mend.js';
import { costOf } from '../pricing/cost.js';
import { addUsage, type Usage } from '../verdict.js';
import { type Embedder, TEXTS_A_REQUEST } from './embedding-head.js';

/** Where embeddings are kept. */
export const EMBEDDING_CACHE = 'data/cache/embeddings';

/** One line: the text's SHA-256, and its vector as base64 of little-endian 32-bit floats. */
const lineSchema = z.object({ sha256: z.string(), float32: z.base64() });

/** How many texts were embedded, and what that cost. */
export interface EmbeddingCount {
  /** Different texts that were sent. */
  readonly sent: number;
  /** Different texts that were in the cache. */
  readonly cached: number;
  /** Of those that were sent; null where the server does not count. */
  readonly tokens: number | null;
  /** In dollars; null where that is unknown. */
  readonly usd: number | null;
}

export interface CachedEmbedder extends Embedder {
  /** So far, over all calls. */
  count(): EmbeddingCount;
  close(): void;
}

export interface CacheOptions {
  /** Default: {@link EMBEDDING_CACHE}. */
  readonly folder?: string | undefined;
  /** Told how far the cache is read. */
  readonly onRead?: OnRead | undefined;
  /** Told of each request how many texts have been sent before, of those that the cache lacks. */
  readonly onSend?: ((sent: number, total: number) => void) | undefined;
}

/**
 * Keeps what an embedder answers in a file of its own, by the content of the
 * text, so that a second run costs nothing. Each answer is on disk before the next is asked for.
 *
 * @throws UserError when another process embeds with the model, or the file cannot be written
 */
export async function openCachedEmbedder(
  embedder: Embedder,
  { folder = EMBEDDING_CACHE, onRead, onSend }: CacheOptions = {},
): Promise<CachedEmbedder> {
  const path = join(folder, `${fileNameOf(embedder.id)}.jsonl`);
  const { vectors, file, lock } = await openCache(path, onRead);
  let sent = 0;
  let cached = 0;
  let usage: Usage | null = null;

  const fetchMissing = async (texts: ReadonlyMap<string, string>, signal?: AbortSignal) => {
    const missing = [...texts].filter(([key]) => !vectors.has(key));
    cached += texts.size - missing.length;
    for (let start = 0; start < missing.length; start += TEXTS_A_REQUEST) {
      onSend?.(start, missing.length);
      const batch = missing.slice(start, start + TEXTS_A_REQUEST);
      const made = await embedder.embed(
        batch.map(([, text]) => text),
        signal,
        (taken) => {
          usage = addUsage(usage, taken);
        },
      );
      if (made.length !== batch.length) {
        throw new Error(`${embedder.id} made ${made.length} vectors of ${batch.length} texts`);
      }
      batch.forEach(([key], i) => {
        const vector = made[i] ?? new Float32Array();
        file.append({ sha256: key, float32: encode(vector) });
        vectors.set(key, vector);
      });
      sent += batch.length;
      file.assertIntact();
      lock.assertHeld();
    }
  };

  return {
    id: embedder.id,
    async embed(texts, signal) {
      const keys = texts.map(sha256);
      await fetchMissing(new Map(keys.map((key, i) => [key, texts[i] ?? ''])), signal);
      return keys.map((key) => vectors.get(key) ?? new Float32Array());
    },
    count: () => ({
      sent,
      cached,
      tokens: usage?.prompt_tokens ?? null,
      usd: costOf(usage, embedder.price),
    }),
    close() {
      try {
        file.close();
      } finally {
        lock.release();
      }
    },
  };
}

/** With which each line begins. */
const FIRST_KEY = 'sha256';

/** Two runs at once would each pay for what both lack. */
async function openCache(path: string, onRead: OnRead | undefined) {
  const lock = await FileLock.take(path);
  try {
    await dropHoles(path, FIRST_KEY);
    const vectors = await readVectors(path, onRead);
    return { vectors, file: new JsonlWriter(path, FIRST_KEY), lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A line that cannot be read is skipped: its text is embedded again. */
async function readVectors(
  path: string,
  onRead: OnRead | undefined,
): Promise<Map<string, Float32Array>> {
  const vectors = new Map<string, Float32Array>();
  if (!existsSync(path)) return vectors;
  for await (const { value } of readLines(path, { onRead })) {
    const line = lineSchema.safeParse(parseOrNull(value));
    if (line.success) vectors.set(line.data.sha256, decode(line.data.float32));
  }
  return vectors;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Readable, and different for ids that differ only in what a file name cannot hold. */
const fileNameOf = (id: string) => `${id.replace(/[^\w.-]+/g, '_')}-${sha256(id).slice(0, 8)}`;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function encode(vector: Float32Array): string {
  const octets = Buffer.alloc(vector.length * 4);
  vector.forEach((value, i) => {
    octets.writeFloatLE(value, i * 4);
  });
  return octets.toString('base64');
}

function decode(base64: string): Float32Array {
  const octets = Buffer.from(base64, 'base64');
  return Float32Array.from({ length: Math.floor(octets.length / 4) }, (_, i) =>
    octets.readFloatLE(i * 4),
  );
}
