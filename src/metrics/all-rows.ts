import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { type Estimated, quantile } from './intervals.js';
import type { DrawOptions, Stratum } from './post-stratified.js';
import { drawBeta, drawGamma, seededRandom } from './sampling.js';

/**
 * Whether the judged model calls a row toxic; `wrong` where it counts as having said the opposite
 * of what people say, as an unanswered row may.
 */
export type Called = boolean | 'wrong';

export type AllRowsStratum = Omit<Stratum, 'called'> & { readonly called: Called };

/** Rows of one stratum that people were given with one probability. */
export interface StratumPart extends AllRowsStratum {
  /** The parts of one stratum have one name, and are called one thing. */
  readonly stratum: string;
  /** Of a row to have a label: labelled rows of its draw's cell, of all rows of that cell. */
  readonly probability: number;
}

/** Figures of the toxic class over all rows; undefined where they are not defined. */
export interface AllRowsFigures {
  readonly precision: Estimated | undefined;
  readonly recall: Estimated | undefined;
  readonly f1: Estimated | undefined;
}

/** Jeffreys' prior of a share: half a row of either kind. */
const PRIOR = 0.5;

/**
 * Post-stratification as `postStratified` does it, of which this is the wider form: rows may also
 * count as wrong, and a figure may not be defined.
 *
 * @returns undefined where nobody has labelled a row
 */
export function allRowsFigures(
  strata: readonly AllRowsStratum[],
  { draws, confidence, seed }: DrawOptions,
): AllRowsFigures | undefined {
  const filled = strata.filter(({ rows }) => rows > 0);
  if (filled.every(({ labelled }) => labelled === 0)) return undefined;
  const random = seededRandom(seed);
  const drawn = Array.from({ length: draws }, () => figuresOf(drawShares(filled, random)));
  const value = figuresOf(filled.map(meanShares));
  const estimate = (of: (figures: typeof value) => number): Estimated | undefined => {
    const point = of(value);
    if (Number.isNaN(point)) return undefined;
    const sorted = Float64Array.from(drawn, of).sort();
    const low = quantile(sorted, (1 - confidence) / 2);
    const high = quantile(sorted, (1 + confidence) / 2);
    return { value: point, interval: { low: Math.min(low, point), high: Math.max(high, point) } };
  };
  return {
    precision: estimate(({ precision }) => precision),
    recall: estimate(({ recall }) => recall),
    f1: estimate(({ f1 }) => f1),
  };
}

/** Shares of one stratum: of all rows, and of its own that are toxic. */
interface Shares {
  readonly called: Called;
  readonly share: number;
  readonly toxic: number;
}

const meanShares = ({ called, rows, labelled, toxic }: AllRowsStratum): Shares => ({
  called,
  share: rows,
  // Without a label nothing is known, and the prior's mean stands for it.
  toxic: labelled === 0 ? 0.5 : toxic / labelled,
});

const drawShares = (strata: readonly AllRowsStratum[], random: RandomGenerator): Shares[] =>
  strata.map(({ called, rows, labelled, toxic }) => ({
    called,
    share: drawGamma(random, rows),
    toxic: drawBeta(random, toxic + PRIOR, labelled - toxic + PRIOR),
  }));

/** Only ratios of shares count, so that they need not sum to 1. */
function figuresOf(shares: readonly Shares[]) {
  let found = 0;
  let missed = 0;
  let called = 0;
  for (const { called: isCalled, share, toxic } of shares) {
    if (isCalled === true) {
      called += share;
      found += share * toxic;
    } else missed += share * toxic;
    if (isCalled === 'wrong') called += share * (1 - toxic);
  }
  return {
    precision: found / called,
    recall: found / (found + missed),
    f1: (2 * found) / (called + found + missed),
  };
}

/**
 * Strata from parts whose rows were drawn with different probabilities, as they are when what a
 * model says has changed since the draw. The share of toxic rows weighs each label by 1 / p, after
 * Horvitz and Thompson; the labels count as their effective number, (sum w)^2 / (sum w^2) after
 * Kish, or as many as the probabilities let expect, rows^2 / (sum of rows / p), if that is less.
 * Keeping the parts as strata of their own would be exact, but by simulation covers 87% at worst:
 * a few rows without a label weigh too much. Rows of a probability of 0 stay apart: no label
 * speaks for them.
 *
 * @param worth - what a label counts for, see {@link LABEL_WORTH}
 * @see D. G. Horvitz and D. J. Thompson, J. Am. Stat. Assoc. 47, 1952
 * @see L. Kish, Survey Sampling, 1965
 */
export function combineParts(parts: readonly StratumPart[], worth: number): AllRowsStratum[] {
  const strata = new Map<string, StratumPart[]>();
  const apart: AllRowsStratum[] = [];
  for (const part of parts) {
    if (part.probability === 0) apart.push(part);
    else strata.set(part.stratum, [...(strata.get(part.stratum) ?? []), part]);
  }
  return [...Array.from(strata.values(), (all) => combine(all, worth)), ...apart];
}

/**
 * What a label counts for. Where rows were drawn with unequal probabilities, Jeffreys draws of few
 * and heavy rows cover 93% by simulation; with this they reach 94 (`npm run bench:coverage`). Where
 * parts are combined, whose weights are unequal within a stratum too, it is applied twice.
 */
export const LABEL_WORTH = { uniform: 1, drawn: 0.92 } as const;

function combine(parts: readonly StratumPart[], worth: number): AllRowsStratum {
  const sum = (of: (part: StratumPart) => number) =>
    parts.reduce((total, part) => total + of(part), 0);
  const rows = sum((part) => part.rows);
  const weights = sum(({ labelled, probability: p }) => labelled / p);
  const squares = sum(({ labelled, probability: p }) => labelled / p ** 2);
  const expected = rows ** 2 / sum((part) => part.rows / part.probability);
  const effective =
    parts.length === 1
      ? sum(({ labelled }) => labelled)
      : Math.min(weights === 0 ? 0 : weights ** 2 / squares, expected);
  const share = weights === 0 ? 0 : sum(({ toxic, probability: p }) => toxic / p) / weights;
  const labelled = effective * (parts.length === 1 ? worth : worth ** 2);
  return { called: parts[0]?.called ?? false, rows, labelled, toxic: labelled * share };
}

/** Rows that the model is expected to find, to call wrongly and to miss. */
export function expectedCounts(strata: readonly AllRowsStratum[]) {
  const counts = { tp: 0, fp: 0, fn: 0 };
  for (const { called, share, toxic } of strata.map(meanShares)) {
    counts[called === true ? 'tp' : 'fn'] += share * toxic;
    if (called !== false) counts.fp += share * (1 - toxic);
  }
  return counts;
}
