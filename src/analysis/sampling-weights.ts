import { formatNumber, plural } from '../format.js';
import { coded } from '../messages.js';
import { valueAt } from '../rows/column.js';
import { type Drawing, PICKERS } from '../rows/drawing.js';
import { type Labels, NO_LABEL } from '../rows/labels.js';
import type { RowTable } from '../rows/table.js';

/**
 * With which probability each row was drawn. `equal`: all with the same, or nothing is on record, so
 * that rows need no weights. `partly`: some rows with a truth have none on record, so that none can
 * be weighed. `picked`: a student picked some, so that they stand for no others.
 */
export type Drawn =
  | { readonly kind: 'equal' }
  | { readonly kind: 'partly'; readonly missing: number }
  | { readonly kind: 'picked'; readonly rows: number }
  | { readonly kind: 'unequal'; readonly probabilities: Float64Array };

/** Beyond rounding. */
const DIFFERENT = 1 + 1e-9;

/**
 * What is on record of how the rows of a file were drawn: the probability in its dataset's own
 * column, times the share of the split that `collect` drew. A larger sample of a split with the same
 * seed contains the smaller, so that of rows of one split the largest share holds for all.
 *
 * @param truth - rows without one are of no matter
 */
export function drawnWith(
  { drawing, length }: Pick<RowTable, 'drawing' | 'length'>,
  truth: Labels,
): Drawn {
  if (!drawing) return { kind: 'equal' };
  const isUniform = uniformRows(drawing);
  const picked = isUniform?.filter((is, row) => !is && truth[row] !== NO_LABEL).length ?? 0;
  if (picked > 0) return { kind: 'picked', rows: picked };
  const fractions = largestFractions(drawing);
  const probabilities = Float64Array.from({ length }, (_, row) => {
    const own = valueAt(drawing.own, row);
    const isDrawn =
      valueAt(drawing.fractions, row) !== undefined || drawing.pickers[row] !== PICKERS.nobody;
    if (own === undefined && !isDrawn) return Number.NaN;
    return (own ?? 1) * (isDrawn ? (fractions.get(splitAt(drawing, row)) ?? 1) : 1);
  });
  const judged = probabilities.filter((_, row) => truth[row] !== NO_LABEL);
  const known = judged.filter((probability) => !Number.isNaN(probability));
  if (known.length === 0) return { kind: 'equal' };
  if (known.length < judged.length) {
    return { kind: 'partly', missing: judged.length - known.length };
  }
  const [least, most] = rangeOf(known);
  return most <= least * DIFFERENT ? { kind: 'equal' } : { kind: 'unequal', probabilities };
}

/**
 * Which rows belong to the uniform sample of their split, where a student picked some of a file: those
 * that were drawn at random, and of those that it picked the ones which the sample has reached.
 *
 * @returns undefined where no row was picked
 */
export function uniformRows(drawing: Drawing | undefined): boolean[] | undefined {
  if (!drawing?.pickers.includes(PICKERS.student)) return undefined;
  const fractions = largestFractions(drawing);
  return Array.from(drawing.ranks, (_, row) => {
    const rank = valueAt(drawing.ranks, row);
    if (rank === undefined) return valueAt(drawing.fractions, row) !== undefined;
    return rank < (fractions.get(splitAt(drawing, row)) ?? 0);
  });
}

const splitAt = ({ splits }: Drawing, row: number) => splits[row] as number;

/** By split. */
function largestFractions(drawing: Drawing): ReadonlyMap<number, number> {
  const largest = new Map<number, number>();
  drawing.fractions.forEach((fraction, row) => {
    if (Number.isNaN(fraction)) return;
    const split = splitAt(drawing, row);
    largest.set(split, Math.max(largest.get(split) ?? 0, fraction));
  });
  return largest;
}

/** What follows from it for the figures. */
export function samplingNotes(drawn: Drawn): string[] {
  if (drawn.kind === 'equal') return [];
  if (drawn.kind === 'picked') {
    const were = drawn.rows === 1 ? 'was' : 'were';
    return [
      coded(
        'picked-rows',
        `${plural(drawn.rows, 'row')} ${were} picked by a student, not drawn at random: no figure here is of the texts that they were picked from.`,
      ),
    ];
  }
  if (drawn.kind === 'partly') {
    const have = drawn.missing === 1 ? 'has' : 'have';
    return [
      coded(
        'probabilities-missing',
        `${plural(drawn.missing, 'row')} ${have} no sampling probability on record, so that no row is weighed by it.`,
      ),
    ];
  }
  const [least, most] = rangeOf(drawn.probabilities);
  return [
    coded(
      'drawn-unequally',
      `The rows were drawn with probabilities from ${formatNumber(least)} to ${formatNumber(most)}: figures, pairs and gates are of the rows as drawn. Those of the texts that they were drawn from are given apart, by rows that weigh 1 / probability.`,
    ),
  ];
}

/** The least and the greatest of those that are known. */
const rangeOf = (values: Float64Array): [number, number] =>
  values.reduce<[number, number]>(
    ([least, most], value) =>
      Number.isNaN(value) ? [least, most] : [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, 0],
  );
