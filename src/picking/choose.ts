import type { Sample } from '../sample.js';
import type { PickBy } from '../terms.js';
import { MostWanted, PRIORITIES, type Wanted } from './most-wanted.js';
import { NearDuplicates } from './near-duplicates.js';

/** A student that says which rows it would have labelled. */
export interface Picker {
  /** P(positive). */
  readonly scoreOf: (text: string) => number;
  readonly threshold: number;
}

export interface ChooseOptions {
  readonly by: PickBy;
  /** How many rows to choose. */
  readonly size: number;
  /** Texts of rows that are labelled already; undefined where duplicates are wanted too. */
  readonly labelled: Iterable<string> | undefined;
  /** Whether a row is not to be chosen: it is labelled, or drawn at random. */
  readonly isTaken: (index: number) => boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Chosen {
  readonly indices: readonly number[];
  /** More wanted rows that were passed over as near-duplicates of those chosen or labelled. */
  readonly duplicates: number;
}

/** So many rows are kept for each one to choose, since some of them say the same. */
const SURPLUS = 10;

/**
 * Streams a pool of rows past a student, and chooses those that it would have labelled.
 *
 * @throws the signal's reason when aborted
 */
export async function chooseRows(
  pool: AsyncIterable<Sample>,
  { scoreOf, threshold }: Picker,
  { by, size, labelled, isTaken, signal }: ChooseOptions,
): Promise<Chosen> {
  if (size <= 0) return { indices: [], duplicates: 0 };
  const kept = size * (labelled ? SURPLUS : 1);
  const lists = (by === 'mix' ? (['score', 'uncertainty'] as const) : [by]).map((way) => ({
    priorityOf: PRIORITIES[way],
    most: new MostWanted(kept),
  }));
  for await (const { index, text } of pool) {
    signal?.throwIfAborted();
    if (text === '' || isTaken(index)) continue;
    const score = scoreOf(text);
    for (const { priorityOf, most } of lists) {
      most.offer({ index, text, priority: priorityOf(score, threshold) });
    }
  }
  return takeDistinct(interleave(lists.map(({ most }) => most.rows)), { size, labelled });
}

function takeDistinct(
  wanted: Iterable<Wanted>,
  { size, labelled }: Pick<ChooseOptions, 'size' | 'labelled'>,
): Chosen {
  const known = labelled && new NearDuplicates();
  for (const text of labelled ?? []) known?.add(text);
  const indices = new Set<number>();
  let duplicates = 0;
  for (const { index, text } of wanted) {
    if (indices.size === size) break;
    if (indices.has(index)) continue;
    if (known?.has(text)) duplicates += 1;
    else {
      known?.add(text);
      indices.add(index);
    }
  }
  return { indices: [...indices], duplicates };
}

/** The first of each list, then the second of each, and so on. */
function* interleave<T>(lists: readonly (readonly T[])[]): Generator<T> {
  const length = Math.max(0, ...lists.map((list) => list.length));
  for (let place = 0; place < length; place++) {
    for (const list of lists) {
      const item = list[place];
      if (item !== undefined) yield item;
    }
  }
}
