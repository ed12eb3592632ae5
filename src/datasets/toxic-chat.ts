import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, openSync } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EXIT, reasonOf, show, UserError } from '../errors.js';
import { readLines } from '../files/lines.js';
import { readCsv } from './csv.js';
import { DEFAULT_SPLIT, type RawDataset, type SettledOptions } from './dataset.js';
import { getFromHub, type Hub, hubError, hubOf } from './hugging-face.js';

const REPO = 'lmsys/toxic-chat';
const REVISION = '29df8e4dba60e1f4af4b4075c0705c5b313548a8';

/** The splits of the pinned revision. */
const SPLITS: Readonly<Record<string, { readonly rows: number; readonly sha256: string }>> = {
  train: {
    rows: 5082,
    sha256: '702eb9b7cac96c3c35e28b9b95855a71f26f21afba8666f9d243f1fa469e81ed',
  },
  test: {
    rows: 5083,
    sha256: '3c2e49889626f7738dca0a29bface0ba0a0595b2ffdd17f0e02f19df7c3c4c9b',
  },
};

/** Printed when only the head of a split is taken. */
const HEAD_IS_BIASED =
  "the first rows of a ToxicChat split are not representative: about 40 of the first 100 are toxic, 7% of the whole. A seeded sample has the split's base rate";

/** As the 2024 cookbook has it. */
const USUAL_SIZE = 50;

const DEFAULT_CACHE = 'data/cache';

/** What a download needs. */
type Download = Pick<SettledOptions, 'fetch' | 'onNote' | 'onDownload'> & { readonly hub: Hub };

/**
 * Opens ToxicChat, downloading the split where the cache folder does not have it yet.
 *
 * @throws UserError when there is no such split, or it cannot be had
 */
export async function openToxicChat(options: SettledOptions): Promise<RawDataset> {
  const { split = DEFAULT_SPLIT, env, cacheDir = DEFAULT_CACHE } = options;
  const { path, rows } = await fetchToxicChat(split, cacheDir, { ...options, hub: hubOf(env) });
  const rowsOf = () => readCsv(path);
  return { split, size: rows, usualSize: USUAL_SIZE, headWarning: HEAD_IS_BIASED, rows: rowsOf };
}

/**
 * The pinned CSV of a split in the cache folder, downloaded there if it is not yet.
 *
 * @returns its path, and how many rows the pinned file has
 * @throws UserError when the split does not exist, the download fails, or on the Hub itself the
 *   checksum differs; with a mirror that is a note
 */
async function fetchToxicChat(
  split: string,
  cacheDir: string,
  download: Download,
): Promise<{ path: string; rows: number }> {
  const { hub, onNote } = download;
  const pinned = Object.hasOwn(SPLITS, split) ? SPLITS[split] : undefined;
  if (pinned === undefined) {
    throw new UserError(`ToxicChat has no split ${show(split)}`, {
      hint: `its splits are ${Object.keys(SPLITS).join(', ')}`,
    });
  }
  const path = join(cacheDir, `toxic-chat_annotation_${split}.csv`);
  const check = (sum: string) =>
    checkSum(path, { sum, expected: pinned.sha256, isMirror: hub.isMirror }, onNote);
  if (await exists(path)) {
    check(await sha256(path));
    return { path, rows: pinned.rows };
  }
  const url = `${hub.endpoint}/datasets/${REPO}/resolve/${REVISION}/data/0124/toxic-chat_annotation_${split}.csv`;
  const part = `${path}.part-${process.pid}`;
  try {
    await mkdir(cacheDir, { recursive: true });
    await saveTo(part, url, download);
    await refuseOtherContent(part, url);
    check(await sha256(part));
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
  return { path, rows: pinned.rows };
}

async function saveTo(
  path: string,
  url: string,
  { hub, fetch, onDownload }: Download,
): Promise<void> {
  const response = await getFromHub(url, hub, fetch);
  if (!response.ok || !response.body) throw hubError(url, `HTTP ${response.status}`);
  const total = Number(response.headers.get('content-length')) || undefined;
  let received = 0;
  const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      received += chunk.length;
      onDownload?.(received, total);
      yield chunk;
    }
  };
  // A stream that opens the file by itself may make it after it was removed.
  const file = createWriteStream(path, { fd: openSync(path, 'w') });
  try {
    await pipeline(Readable.fromWeb(response.body), counted, file);
  } catch (cause) {
    throw hubError(
      url,
      `the download broke off after ${received} bytes (${reasonOf(cause)})`,
      cause,
    );
  }
}

/** A mirror may answer with a page to log in to. */
async function refuseOtherContent(path: string, url: string): Promise<void> {
  for await (const { value } of readLines(path)) {
    if (value.split(',').includes('user_input')) return;
    break;
  }
  throw hubError(url, "it is not ToxicChat's CSV: its first line does not name user_input");
}

/** @throws UserError (exit 3) when the sums differ and the file is not from a mirror */
export function checkSum(
  path: string,
  { sum, expected, isMirror }: { sum: string; expected: string; isMirror: boolean },
  onNote?: (note: string) => void,
): void {
  if (sum === expected) return;
  const difference = `${path} is not the pinned ToxicChat file: sha256 ${sum}, expected ${expected}`;
  if (!isMirror) {
    throw new UserError(difference, {
      hint: 'delete the file and run the same command again, or give a file of your own with `dataset`',
      exitCode: EXIT.couldNotFinish,
    });
  }
  onNote?.(`warning: ${difference}. Going on, because HF_ENDPOINT names a mirror`);
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
