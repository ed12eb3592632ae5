import { type Band, bandOfShare } from './band.js';
import { type CascadeRow, type CascadeRules, countCascade } from './cascade-rows.js';
import { pointOf } from './curve.js';
import { type Aim, type Tested, testInOrder } from './promise.js';

/** How the band of a cascade is chosen. */
export type Wish =
  | { readonly kind: 'share'; readonly share: number }
  /** The most that 1,000 rows may cost, in dollars. */
  | { readonly kind: 'cost'; readonly usdPer1000: number }
  | {
      readonly kind: 'promise';
      readonly aim: Aim;
      readonly confidence: number;
      /** In the order in which they are tested, fixed without a look at the rows. */
      readonly bands: readonly Band[];
    };

/** What became of a promise. */
export interface Trial {
  /** The last of them is chosen, the cheapest. */
  readonly passed: readonly Tested[];
  /** Where the sequence ended, if not with its last band. */
  readonly failed: Tested | undefined;
}

export interface Choice {
  /** Undefined where no band keeps the promise. */
  readonly band: Band | undefined;
  readonly trial?: Trial;
}

/**
 * Chooses the band of a cascade on calibration rows.
 *
 * @param usdOfStudent - what a row costs that the student answers, in dollars
 */
export function chooseBand(
  rows: readonly CascadeRow[],
  wish: Wish,
  rules: CascadeRules,
  usdOfStudent: number | null = 0,
): Choice {
  const scores = rows.map(({ score }) => score);
  const { threshold } = rules;
  if (wish.kind === 'promise') {
    const trial = testInOrder(rows, wish.bands, { ...wish, rules });
    return { band: trial.passed.at(-1)?.band, trial };
  }
  if (wish.kind === 'share') return { band: bandOfShare(scores, { threshold, share: wish.share }) };
  const bandOf = (count: number) => bandOfShare(scores, { threshold, share: count / rows.length });
  const fits = (count: number) => {
    const band = bandOf(count);
    const { usdPer1000 } = pointOf(countCascade(rows, band, rules), band, {
      confidence: 0.95,
      usdOfStudent,
    });
    return usdPer1000 !== null && usdPer1000 <= wish.usdPer1000;
  };
  return { band: fits(0) ? bandOf(mostThat(fits, rows.length)) : undefined };
}

/** The largest number up to `most` that fits, where all below one that fits do as well. */
function mostThat(fits: (count: number) => boolean, most: number): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
