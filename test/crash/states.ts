import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Choice, type Content, Disk, EVERYTHING, type Kept, unsyncedBytes } from './disk.js';
import type { Recording, Tree } from './recording.js';

/** What a loss of power may have left of a run. */
export interface CrashState {
  readonly tree: Tree;
  /** Calls before it, all where the run was over. */
  readonly calls: number;
  /** Milliseconds on the clock of the calls. */
  readonly at: number;
  readonly isOver: boolean;
}

const NOTHING: Kept = { bytes: 0, hasSector: () => false };
const ALL_ZEROS: Kept = { bytes: Number.POSITIVE_INFINITY, hasSector: () => false };

/** Holds each content, by its id, to a first decision. */
function perContent(decide: (content: Content) => Kept): (content: Content) => Kept {
  const kept = new Map<number, Kept>();
  return (content) => {
    const found = kept.get(content.id) ?? decide(content);
    kept.set(content.id, found);
    return found;
  };
}

/** The extremes: names and contents each gone, there, empty, zeros or torn. */
const EXTREMES: readonly Choice[] = [
  { keepsNaming: () => false, keptOf: () => NOTHING },
  { keepsNaming: () => false, keptOf: () => EVERYTHING },
  { keepsNaming: () => true, keptOf: () => NOTHING },
  { keepsNaming: () => true, keptOf: () => EVERYTHING },
  { keepsNaming: () => true, keptOf: () => ALL_ZEROS },
  {
    keepsNaming: () => true,
    keptOf: (content) => ({ ...EVERYTHING, bytes: Math.floor(unsyncedBytes(content) - 100) }),
  },
];

/**
 * States that a loss of power may leave after each call of a run: the extremes, and some in between,
 * drawn by a seed. Each is given once.
 *
 * @param drawn - states to draw after each call
 */
export function* crashStates(
  recording: Recording,
  { drawn, seed }: { readonly drawn: number; readonly seed: number },
): Generator<CrashState> {
  const random = xoroshiro128plus(seed);
  const upTo = (most: number) => uniformInt(random, 0, most);
  const draw = (): Choice => {
    const keeps = Array.from({ length: disk.namings }, () => upTo(3) > 0);
    return {
      keepsNaming: (place) => keeps[place] ?? false,
      keptOf: perContent((content) => drawKept(content, upTo)),
    };
  };
  const disk = new Disk(recording);
  const seen = new Set<string>();
  for (const [place, call] of recording.calls.entries()) {
    const isOver = place === recording.calls.length - 1;
    if (!disk.apply(call) && !isOver) continue;
    for (const choice of [...EXTREMES, ...Array.from({ length: drawn }, draw)]) {
      const tree = disk.crash(choice);
      const key = `${isOver} ${hashOf(tree)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield { tree, calls: place + 1, at: call.at, isOver };
    }
  }
}

/** A beginning of what was written, often with a stretch of zeros. */
function drawKept(content: Content, upTo: (most: number) => number): Kept {
  const bytes = upTo(unsyncedBytes(content));
  const from = Math.floor((content.synced.length + upTo(bytes)) / 512);
  const length = upTo(3) > 0 ? 1 + upTo(20) : 0;
  return { bytes, hasSector: (sector) => sector < from || sector >= from + length };
}

function hashOf({ files, folders }: Tree): string {
  const hash = createHash('sha256');
  for (const [path, bytes] of files) hash.update(`${path} ${bytes.length} `).update(bytes);
  return hash.update([...folders].join()).digest('hex');
}

/** Puts the files of a state into an empty folder. */
export function restore({ files, folders }: Tree, folder: string): void {
  for (const path of folders) mkdirSync(join(folder, path), { recursive: true });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
