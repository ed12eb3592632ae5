import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  folderOfShards,
  isWholeShard,
  type Manifest,
  readManifest,
  shardOfFile,
  shardPaths,
} from '../batch/shards.js';
import { UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic.js';
import { SOURCE_KEYS, type Source } from '../labels/label-line.js';
import type { Asked } from './asked.js';

/** Results that belong to a stretch of the rows. */
export interface ResultSet {
  readonly paths: readonly string[];
  /** The places in the split of its first row and its last. */
  readonly first: number;
  readonly last: number;
  readonly requests: number;
  /** The number of its shard; undefined where nobody knows which requests there were. */
  readonly shard?: number;
  readonly isWhole: boolean;
}

/**
 * Finds out which results there are under a path, and which of them are whole.
 *
 * @throws UserError when there are none, or they are of other requests
 */
export async function resultSetsOf(path: string, source: Source): Promise<ResultSet[]> {
  if (!existsSync(path)) {
    throw new UserError(`${path} is not there`, {
      hint: 'name a file of results, or the folder that `batchExport` wrote',
    });
  }
  const folder = folderOfShards(path);
  if (folder === undefined) return [looseSet(path)];
  const manifest = readManifest(folder);
  refuseOtherRequests(folder, manifest, source);
  const isFile = statSync(path).isFile();
  const only = isFile ? shardOfFile(manifest, path) : undefined;
  if (only === -1) return [looseSet(path)];
  const sets: ResultSet[] = [];
  for (const [shard, each] of manifest.shards.entries()) {
    if (only !== undefined && shard !== only) continue;
    const result = isFile ? path : join(shardPaths(folder).results, each.name);
    const { first, last, requests } = each;
    const isWhole = await isWholeShard(result, each);
    sets.push({ paths: [result], first, last, requests, shard, isWhole });
  }
  return sets;
}

/** Results of which nobody knows the requests: each line counts. */
function looseSet(path: string): ResultSet {
  const paths = statSync(path).isFile()
    ? [path]
    : readdirSync(path)
        .filter((name) => name.endsWith('.jsonl'))
        .sort()
        .map((name) => join(path, name));
  if (paths.length === 0) {
    throw new UserError(`${path} has no .jsonl file of results`, {
      hint: 'name the file, or the folder that it is in',
    });
  }
  const all = Number.POSITIVE_INFINITY;
  return { paths, first: 0, last: all, requests: all, isWhole: true };
}

function refuseOtherRequests(folder: string, { source: made }: Manifest, source: Source): void {
  const key = SOURCE_KEYS.find((name) => made[name] !== source[name]);
  if (!key) return;
  throw new UserError(
    `the requests in ${folder} were made with ${key} ${made[key]}, this run has ${key} ${source[key]}`,
    { hint: 'give the flags that they were exported with' },
  );
}

/** Says which shards are missing, and lists them in the folder where the path is all of it. */
export function missingShards(
  path: string,
  sets: readonly ResultSet[],
): NonNullable<Asked['shards']> {
  const folder = folderOfShards(path);
  const missing = sets.flatMap(({ isWhole, shard }) =>
    isWhole || shard === undefined ? [] : [shard],
  );
  const isAll = folder !== undefined && statSync(path).isDirectory();
  const list = isAll ? shardPaths(folder).missing : undefined;
  if (list !== undefined) {
    if (missing.length === 0) rmSync(list, { force: true });
    else writeAtomically(list, [missing.map((shard) => `${shard}\n`).join('')]);
  }
  return { all: sets.length, missing, list: missing.length > 0 ? list : undefined };
}
