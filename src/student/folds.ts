import { drawIndices } from '../metrics/sampling.js';
import { normaliseText } from '../text.js';
import type { Example } from './examples.js';

/**
 * Divides examples into folds with equal shares of positive ones, and of those that were picked rather
 * than drawn at random. Those of a group share a fold, whatever their labels: else a student would be tested
 * on texts that it has all but seen.
 *
 * @param groups - the places of examples that share a fold. Default: those of one normalised text
 * @returns the fold of each example, from 0
 */
export function stratifiedFolds(
  examples: readonly Example[],
  folds: number,
  seed: number,
  groups: readonly (readonly number[])[] = groupByText(examples),
): number[] {
  const foldOf = new Array<number>(examples.length).fill(0);
  for (const { positive, uniform } of STRATA) {
    const stratum = groups.filter(([first = 0]) => {
      const { positive: is, isUniform = true } = examples[first] ?? {};
      return is === positive && isUniform === uniform;
    });
    drawIndices(stratum.length, stratum.length, seed).forEach((group, place) => {
      for (const row of stratum[group] ?? []) foldOf[row] = place % folds;
    });
  }
  return foldOf;
}

const STRATA = [true, false].flatMap((uniform) => [
  { positive: true, uniform },
  { positive: false, uniform },
]);

/** The places of examples with one normalised text. */
export function groupByText(examples: readonly Example[]): number[][] {
  const groups = new Map<string, number[]>();
  examples.forEach(({ input }, row) => {
    const text = normaliseText(input);
    const group = groups.get(text);
    if (group) group.push(row);
    else groups.set(text, [row]);
  });
  return [...groups.values()];
}
