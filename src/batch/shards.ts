import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { messageOf, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic.js';
import { readLineBlocks } from '../files/lines.js';
import { describeIssue } from '../issues.js';

const shardSchema = z.object({
  name: z.string(),
  requests: z.int().positive(),
  bytes: z.int().positive(),
  sha256: z.string(),
  /** The sum of its keys: its results have the same, in whatever order they are. */
  keys: z.string(),
  /** The places in the split of its first row and its last. */
  first: z.int().nonnegative(),
  last: z.int().nonnegative(),
});
export type Shard = z.infer<typeof shardSchema>;

const SCHEMA = 'toxicity-distill/shards';

const manifestSchema = z.object({
  schema: z.literal(SCHEMA),
  version: z.literal(1),
  created_at: z.string(),
  url: z.string(),
  source: z.object({
    model: z.string(),
    provider: z.string(),
    prompt: z.string(),
    dataset: z.string(),
    split: z.string().nullable(),
  }),
  shards: z.array(shardSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The files of a folder of shards. */
export const shardPaths = (folder: string) => ({
  manifest: join(folder, 'shards.json'),
  requests: join(folder, 'requests'),
  results: join(folder, 'results'),
  missing: join(folder, 'missing.txt'),
});

const DIGITS = 5;

/** `shard-00042.jsonl`: a job of an array finds it by its number. */
export const shardName = (number: number) => `shard-${String(number).padStart(DIGITS, '0')}.jsonl`;

/** Written last: a folder without it holds no whole set of shards. */
export function writeManifest(
  folder: string,
  { url, source, shards }: Pick<Manifest, 'url' | 'source' | 'shards'>,
): void {
  const created_at = new Date().toISOString();
  const manifest: Manifest = { schema: SCHEMA, version: 1, created_at, url, source, shards };
  writeAtomically(shardPaths(folder).manifest, [`${JSON.stringify(manifest, null, 1)}\n`], 'json');
}

/** @throws UserError when it is damaged */
export function readManifest(folder: string): Manifest {
  const path = shardPaths(folder).manifest;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UserError(`cannot read ${path}: ${messageOf(cause)}`, { hint: HINT, cause });
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UserError(`${path}: ${describeIssue(parsed.error, value)}`, { hint: HINT });
}

const HINT = 'name the folder that `batchExport` wrote';

/** The folder of shards that a path belongs to: itself, that of its results, or that of a result. */
export function folderOfShards(path: string): string | undefined {
  const folders = [path, dirname(path), dirname(dirname(path))];
  return folders.find((folder) => existsSync(shardPaths(folder).manifest));
}

/** The number of the shard whose file of results has this name. */
export const shardOfFile = ({ shards }: Manifest, path: string): number =>
  shards.findIndex(({ name }) => name === basename(path));

/** Adds up keys, so that the same keys in another order have the same sum. */
export class KeySum {
  #sum = 0n;

  add(key: string): void {
    const [row = '', run = '0'] = key.split('#');
    this.#sum += BigInt(`0x${row}`) + (BigInt(run) << 64n);
  }

  get text(): string {
    return this.#sum.toString(16);
  }
}

const KEY = /"custom_id": ?"([0-9a-f]{12}(?:#\d+)?)"/;
const HEAD_BYTES = 400;
const CLOSING_BRACE = 125;

/**
 * Whether a file of results is whole: a line for each request of its shard, and no other. A runner writes
 * it at the end of its work, so that one which is not there, or is cut off, is to be run again.
 */
export async function isWholeShard(path: string, shard: Shard): Promise<boolean> {
  if (!existsSync(path)) return false;
  const sum = new KeySum();
  let lines = 0;
  for await (const block of readLineBlocks(path, {})) {
    for (const { value } of block) {
      if (value.length === 0) continue;
      const [, key] = KEY.exec(value.toString('latin1', 0, HEAD_BYTES)) ?? [];
      if (key === undefined || value.at(-1) !== CLOSING_BRACE) return false;
      sum.add(key);
      lines += 1;
    }
  }
  return lines === shard.requests && sum.text === shard.keys;
}
