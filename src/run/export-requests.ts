import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { requestLine } from '../batch/request-line.js';
import { KeySum, type Shard, shardName, shardPaths, writeManifest } from '../batch/shards.js';
import { batchSideOf } from '../batch/side-of.js';
import { keysInBatches } from '../batch/tracker.js';
import { EXIT, messageOf, UserError } from '../errors.js';
import { makeFolder, syncFolder } from '../files/sync.js';
import { type LabelFileOptions, type OpenOptions, readDone } from '../labels/done-rows.js';
import type { Source } from '../labels/label-line.js';
import type { Model } from '../models/classifier.js';
import { rowKey } from '../row-key.js';
import type { Sample } from '../sample.js';

export interface ExportOptions extends LabelFileOptions, Pick<OpenOptions, 'dataset' | 'onRead'> {
  /** The label file: rows that it has are left out. */
  readonly path: string;
  readonly source: Source;
  readonly folder: string;
  /** Files to write the requests to; fewer where there are fewer rows. */
  readonly shards: number;
  /** How many rows there are, where that is known: they are then read once. */
  readonly expected?: number | undefined;
}

/** What was written. */
export interface Exported {
  readonly folder: string;
  readonly shards: number;
  readonly requests: number;
  readonly bytes: number;
  /** Rows left out: they have a label, or wait in a batch. */
  readonly skipped: number;
}

/**
 * Writes the requests of rows as shards of equal size, each a stretch of the rows in their order. Where it
 * is not known how many there are, the rows are read twice, and counted first.
 *
 * @throws UserError when the folder holds shards already, or cannot be written
 */
export async function exportRequests(
  samples: () => AsyncIterable<Sample>,
  model: Model,
  options: ExportOptions,
): Promise<Exported> {
  const { folder, source, path } = options;
  const side = batchSideOf(model.id, model.batch);
  refuseUsedFolder(folder);
  const { done } = await readDone(path, source, options);
  for (const key of keysInBatches(path)) done.add(key);
  const signal = new AbortController().signal;
  const wanted = async function* () {
    for await (const sample of samples()) {
      if (done.hasAttempt(sample)) skipped += 1;
      else if (!side.before || !(await side.before(sample, signal)).isFinal) yield sample;
    }
  };
  let skipped = 0;
  const isKnown = options.expected !== undefined && done.size === 0 && !side.before;
  let total = isKnown ? (options.expected ?? 0) : 0;
  if (!isKnown) for await (const _ of wanted()) total += 1;
  const count = Math.min(options.shards, total);
  const writer = new ShardWriter(shardPaths(folder).requests);
  skipped = 0;
  let at = 0;
  try {
    for await (const sample of wanted()) {
      const shard = Math.min(count - 1, Math.floor((at * count) / total));
      const key = rowKey(sample.index, sample.text);
      writer.add(shard, { key, index: sample.index, line: requestLine(key, sample, side) });
      at += 1;
    }
  } finally {
    writer.close();
  }
  const { shards } = writer;
  const { model: id, provider, prompt, dataset, split } = source;
  const madeOf = { model: id, provider, prompt, dataset, split };
  if (at > 0) writeManifest(folder, { url: side.url, source: madeOf, shards });
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  return { folder, shards: shards.length, requests: at, bytes, skipped };
}

/** Results of other requests must not be taken for those of these. */
function refuseUsedFolder(folder: string): void {
  const { manifest } = shardPaths(folder);
  if (!existsSync(manifest)) return;
  throw new UserError(`${folder} holds shards already`, {
    hint: 'take their results with `batchImport`, or name another folder',
  });
}

interface Written {
  readonly key: string;
  readonly index: number;
  readonly line: string;
}

const BUFFER_CHARACTERS = 1 << 18;

/** Writes one shard after the other. */
class ShardWriter {
  readonly shards: Shard[] = [];
  readonly #folder: string;
  #open: OpenShard | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#guard(() => makeFolder(folder));
  }

  add(number: number, written: Written): void {
    this.#guard(() => {
      if (this.#open && this.#open.number !== number) this.#finish();
      this.#open ??= new OpenShard(this.#folder, number);
      this.#open.add(written);
    });
  }

  close(): void {
    this.#guard(() => {
      this.#finish();
      syncFolder(this.#folder);
    });
  }

  #finish(): void {
    if (this.#open) this.shards.push(this.#open.finish());
    this.#open = undefined;
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (cause) {
      throw new UserError(`cannot write to ${this.#folder}: ${messageOf(cause)}`, {
        hint: 'free some space, or name a folder that can be written',
        exitCode: EXIT.couldNotFinish,
        cause,
      });
    }
  }
}

class OpenShard {
  readonly number: number;
  readonly #descriptor: number;
  readonly #name: string;
  readonly #hash = createHash('sha256');
  readonly #keys = new KeySum();
  #buffer = '';
  #requests = 0;
  #bytes = 0;
  #first: number | undefined;
  #last = 0;

  constructor(folder: string, number: number) {
    this.number = number;
    this.#name = shardName(number);
    this.#descriptor = openSync(join(folder, this.#name), 'w');
  }

  add({ key, index, line }: Written): void {
    this.#keys.add(key);
    this.#first ??= index;
    this.#last = index;
    this.#requests += 1;
    this.#buffer += line;
    if (this.#buffer.length >= BUFFER_CHARACTERS) this.#flush();
  }

  finish(): Shard {
    this.#flush();
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
    return {
      name: this.#name,
      requests: this.#requests,
      bytes: this.#bytes,
      sha256: this.#hash.digest('hex'),
      keys: this.#keys.text,
      first: this.#first ?? 0,
      last: this.#last,
    };
  }

  #flush(): void {
    const bytes = Buffer.from(this.#buffer);
    this.#buffer = '';
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.#descriptor, bytes, written);
    }
  }
}
