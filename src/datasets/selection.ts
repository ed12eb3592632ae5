import { UserError } from '../errors.js';
import { drawIndices } from '../metrics/sampling.js';
import type { Sample } from '../records.js';

/** Which rows of a split to take: a stretch of it, or a seeded sample. */
export type Selection =
  | { readonly kind: 'range'; readonly offset: number; readonly maxSize: number }
  | { readonly kind: 'sample'; readonly size: number; readonly seed: number };

/**
 * Streams the selected rows in the order of the split, those of a sample with the share of the
 * split that it is. A sample needs the split's length, so it reads the split twice; only the chosen
 * indices are held.
 *
 * @throws UserError when the offset lies past the end of the split
 */
export function select(
  rows: () => AsyncIterable<Sample>,
  selection: Selection,
): AsyncGenerator<Sample> {
  return selection.kind === 'range'
    ? selectRange(rows(), selection.offset, selection.maxSize)
    : selectSample(rows, selection.size, selection.seed);
}

async function* selectSample(
  rows: () => AsyncIterable<Sample>,
  size: number,
  seed: number,
): AsyncGenerator<Sample> {
  const total = await count(rows());
  const chosen = new Set(drawIndices(total, size, seed));
  const sampleFraction = chosen.size / total;
  for await (const row of selectChosen(rows(), chosen)) yield { ...row, sampleFraction };
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

async function* selectChosen(
  rows: AsyncIterable<Sample>,
  chosen: ReadonlySet<number>,
): AsyncGenerator<Sample> {
  let left = chosen.size;
  for await (const row of rows) {
    if (!chosen.has(row.index)) continue;
    yield row;
    left -= 1;
    if (left === 0) return;
  }
}

async function count(rows: AsyncIterable<Sample>): Promise<number> {
  let total = 0;
  for await (const _ of rows) total += 1;
  return total;
}
