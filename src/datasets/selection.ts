import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { UserError } from '../errors.js';
import type { Sample } from '../records.js';

/** Which rows of a split to take: a stretch of it, or a seeded sample. */
export type Selection =
  | { readonly kind: 'range'; readonly offset: number; readonly maxSize: number }
  | { readonly kind: 'sample'; readonly size: number; readonly seed: number };

/**
 * Streams the selected rows in the order of the split. A sample needs the split's length, so it
 * reads the split twice; only the chosen indices are held.
 *
 * @throws UserError when the offset lies past the end of the split
 */
export async function* select(
  rows: () => AsyncIterable<Sample>,
  selection: Selection,
): AsyncGenerator<Sample> {
  if (selection.kind === 'range') yield* selectRange(rows(), selection.offset, selection.maxSize);
  else {
    const chosen = new Set(drawIndices(await count(rows()), selection.size, selection.seed));
    yield* selectChosen(rows(), chosen);
  }
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
    throw new UserError(`--ds-offset ${offset} lies past the end: the split has ${seen} rows`, {
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

/**
 * Draws distinct indices below `total`, uniformly, the same for the same seed on every machine.
 * The first n of a larger draw are the draw of n: raising `--sample` keeps the rows already paid
 * for. A Fisher-Yates shuffle that stores only the places it has touched.
 *
 * @param size - how many to draw; all of them where it exceeds `total`
 */
export function drawIndices(total: number, size: number, seed: number): number[] {
  const random = xoroshiro128plus(seed);
  const moved = new Map<number, number>();
  const at = (place: number) => moved.get(place) ?? place;
  return Array.from({ length: Math.min(size, total) }, (_, i) => {
    const j = uniformInt(random, i, total - 1);
    const drawn = at(j);
    moved.set(j, at(i));
    return drawn;
  });
}
