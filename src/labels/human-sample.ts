import type { HumanSample } from '../analysis/input.js';
import { NO_LABEL } from '../rows/labels.js';
import type { EvalFile } from './eval-file.js';
import type { HumanLabels } from './human-labels.js';

/**
 * How the rows with a human label were chosen. `uniform`: at random among all rows of the file.
 * Only a user knows that; nothing in a file shows it.
 */
export const HUMAN_SAMPLES = ['uniform'] as const;
export type HumanSampleKind = (typeof HUMAN_SAMPLES)[number];

/**
 * What is on record of how the human labels were chosen: by the draws of the sheets, or at random
 * by the user's word. Rows that were labelled otherwise speak for themselves alone.
 *
 * Each draw is at random within its cells, so that a row's cells in all of the draws are the
 * stratum within which the labels are a random draw, whatever the models say by now.
 *
 * @returns undefined where nothing can be said of the rows without a label
 */
export function humanSampleOf(
  { rows }: Pick<EvalFile, 'rows'>,
  sheets: readonly HumanLabels[],
  kind?: HumanSampleKind,
): HumanSample | undefined {
  const draws = sheets.flatMap(({ draw, labels }) => (draw ? [{ draw, labels }] : []));
  if (draws.length === 0) {
    return kind && { kind, strata: new Array(rows.length).fill('all'), blank: 0 };
  }
  const cells = draws.map(({ draw }) => cellOfKey(draw, ({ members }) => members));
  const onSheet = draws.map(({ draw }) => cellOfKey(draw, ({ sheet }) => sheet));
  const isDrawn = (key: string) =>
    draws.some(({ labels }, i) => labels.has(key) && onSheet[i]?.has(key));
  const keys = [...rows.keys];
  const isLabelled = (row: number) => rows.human[row] !== NO_LABEL;
  const strata = keys.map((key, row) => {
    if (isLabelled(row) && !isDrawn(key) && kind !== 'uniform') return 'labelled otherwise';
    return cells.map((of) => of.get(key) ?? '-').join(' ');
  });
  const never = draws.map(() => '-').join(' ');
  const isCovered = strata.every((stratum, row) => isLabelled(row) || stratum !== never);
  if (!isCovered) return undefined;
  const blank = new Set(
    keys.filter((key, row) => !isLabelled(row) && onSheet.some((sheet) => sheet.has(key))),
  );
  return { kind: 'drawn', strata, blank: blank.size };
}

type Draw = NonNullable<HumanLabels['draw']>;

const cellOfKey = ({ cells }: Draw, keysOf: (cell: Draw['cells'][number]) => readonly string[]) =>
  new Map(cells.flatMap((cell, i) => keysOf(cell).map((key) => [key, i] as const)));
