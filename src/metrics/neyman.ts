import { figuresOf } from './post-stratified.js';

/**
 * How many rows of each stratum people should label next, so that the F1 interval is narrowest:
 * Neyman's allocation, in proportion to rows times the deviation of their labels' effect on F1. At
 * least `least` a stratum, or all of it.
 *
 * @param budget - labels in all
 * @param expected - what is believed of the share of positive rows in each stratum
 * @returns rows to label by stratum; they sum to the budget, or to all rows
 * @see J. Neyman, J. R. Stat. Soc. 97, 1934
 */
export function neymanAllocation(
  strata: readonly { readonly called: boolean; readonly rows: number; readonly expected: number }[],
  budget: number,
  least = 20,
): number[] {
  const { f1 } = figuresOf(
    strata.map(({ called, rows, expected }) => ({ called, share: rows, positive: expected })),
  );
  // dF1 / d(positive rows of the stratum), up to a factor: 2 - F1 where they are called, -F1 elsewhere.
  const weights = strata.map(({ called, rows, expected }) => {
    const deviation = Math.sqrt(expected * (1 - expected));
    return rows * deviation * (called ? 2 - f1 : f1);
  });
  const floors = strata.map(({ rows }) => Math.min(rows, least));
  return allocate(
    weights,
    floors,
    strata.map(({ rows }) => rows),
    budget,
  );
}

/** Gives each its floor, then the rest by weight, none more than there are. */
function allocate(
  weights: readonly number[],
  floors: readonly number[],
  rows: readonly number[],
  budget: number,
): number[] {
  const given = [...floors];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const most = Math.min(budget, sum(rows));
  while (sum(given) < most) {
    // The one that is furthest below its due; ties go to the first.
    let next = -1;
    let largest = Number.NEGATIVE_INFINITY;
    given.forEach((count, i) => {
      if (count >= (rows[i] ?? 0)) return;
      const due = (weights[i] ?? 0) / (count + 1);
      if (due > largest) [next, largest] = [i, due];
    });
    given[next] = (given[next] ?? 0) + 1;
  }
  return given;
}
