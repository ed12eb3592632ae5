import { UserError } from '../errors.js';
import { drawIndices } from '../metrics/sampling.js';
import type { Sample } from '../sample.js';

/** Which rows of a split to take: a stretch of it, a seeded sample, or rows that were chosen. */
export type Selection =
  | { readonly kind: 'range'; readonly offset: number; readonly maxSize: number }
  | { readonly kind: 'sample'; readonly size: number; readonly seed: number }
  | { readonly kind: 'chosen'; readonly rows: ReadonlyMap<number, Drawing> };

/** How a row came to be chosen. */
export type Drawing = Pick<Sample, 'sampleFraction' | 'sampleRank' | 'picked'>;

/**
 * How many rows a selection takes of so many, at most.
 *
 * @param size - of the split. Default: infinite, where nobody knows
 */
export function countSelected(selection: Selection, size = Number.POSITIVE_INFINITY): number {
  if (selection.kind === 'chosen') return selection.rows.size;
  if (selection.kind === 'sample') return Math.min(selection.size, size);
  return Math.min(selection.maxSize, Math.max(0, size - selection.offset));
}

/** The places of the selected rows in a split of so many. */
export function placesOf(selection: Selection, size: number): number[] {
  if (selection.kind === 'chosen') return [...selection.rows.keys()];
  if (selection.kind === 'sample') return drawIndices(size, selection.size, selection.seed);
  const length = countSelected(selection, size);
  return Array.from({ length }, (_, i) => selection.offset + i);
}

/**
 * Streams the selected rows in the order of the split, those of a sample with the share of the
 * split that it is and their place in its shuffle. A sample needs the split's length, so it reads
 * the split twice; only the chosen indices are held.
 *
 * @throws UserError when the offset lies past the end of the split
 */
export function select(
  rows: () => AsyncIterable<Sample>,
  selection: Selection,
): AsyncGenerator<Sample> {
  if (selection.kind === 'range') return selectRange(rows(), selection.offset, selection.maxSize);
  if (selection.kind === 'chosen') return selectChosen(rows(), selection.rows);
  return selectSample(rows, selection);
}

async function* selectSample(
  rows: () => AsyncIterable<Sample>,
  sample: { readonly size: number; readonly seed: number },
): AsyncGenerator<Sample> {
  yield* selectChosen(rows(), drawSample(await countRows(rows()), sample));
}

async function* selectRange(
  rows: AsyncIterable<Sample>,
  offset: number,
  maxSize: number,
): AsyncGenerator<Sample> {
  let seen = 0;
  for await (const row of rows) {
    seen += 1;
    if (row.index < offset) continue;
    yield row;
    if (row.index === offset + maxSize - 1) return;
  }
  if (offset > 0 && seen <= offset) {
    throw new UserError(`\`offset\` ${offset} lies past the end: the split has ${seen} rows`, {
      hint: `choose an offset from 0 to ${Math.max(0, seen - 1)}`,
    });
  }
}

function drawSample(
  total: number,
  { size, seed }: { size: number; seed: number },
): Map<number, Drawing> {
  const drawn = drawIndices(total, size, seed);
  const sampleFraction = drawn.length / total;
  return new Map(
    drawn.map((index, place) => [index, { sampleFraction, sampleRank: place / total }]),
  );
}

async function* selectChosen(
  rows: AsyncIterable<Sample>,
  chosen: ReadonlyMap<number, Drawing>,
): AsyncGenerator<Sample> {
  let left = chosen.size;
  if (left === 0) return;
  for await (const row of rows) {
    const drawing = chosen.get(row.index);
    if (!drawing) continue;
    yield { ...row, ...drawing };
    left -= 1;
    if (left === 0) return;
  }
}

/** How many rows a split has, by reading it. */
export async function countRows(rows: AsyncIterable<Sample>): Promise<number> {
  let total = 0;
  for await (const _ of rows) total += 1;
  return total;
}
