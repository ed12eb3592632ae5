import {
  f1Difference,
  f1DifferenceBound,
  f1PermutationP,
  isWithinMargin,
} from '../../src/metrics/f1-difference.js';
import {
  type AlikeRows,
  countCells,
  differingRows,
  runsEffect,
} from '../../src/metrics/paired-rows.js';
import { drawMultinomial, seededRandom } from '../../src/metrics/sampling.js';
import { MODELS, PREVALENCES, type Rates, SIZES, worseBy } from './populations.js';
import { judge, type Outcome, percent, print } from './promise.js';
import { CONFIDENCE, contains, SIMULATIONS } from './settings.js';

/** How often either model is asked; a teacher is asked once. */
const RUNS = [
  [3, 3],
  [3, 1],
  [5, 5],
] as const;
/**
 * Which part of the calls comes from rows on which a model tosses a coin each time it is asked, and
 * how often both models take to a row in the same way.
 */
const WAYS = [
  { noise: 0.3, coupling: 0 },
  { noise: 1, coupling: 0 },
  { noise: 1, coupling: 0.9 },
];
const MARGINS = [0.02, 0.05];
/** Whether the worse model never finds some rows that the other does, or finds each less often. */
const LOSSES = ['some rows', 'each row'] as const;

interface Pair {
  readonly name: string;
  readonly n: number;
  readonly prevalence: number;
  readonly rates: Rates;
  readonly noise: number;
  readonly coupling: number;
  readonly runs: readonly [number, number];
}

const PAIRS: Pair[] = PREVALENCES.flatMap((prevalence) =>
  Object.entries(MODELS).flatMap(([model, rates]) =>
    SIZES.filter((n) => n <= 2_000).flatMap((n) =>
      RUNS.flatMap((runs) =>
        WAYS.map(({ noise, coupling }) => ({
          name: `${percent(prevalence)} toxic, ${model}, n=${n}, ${runs.join(' and ')} runs, noise ${noise}, coupling ${coupling}`,
          ...{ n, prevalence, rates, noise, coupling, runs },
        })),
      ),
    ),
  ),
);

/** What asking again is for: how often a model that has not changed passes a gate of 0.02. */
function printUnchanged(): void {
  const rates = MODELS.middle as Rates;
  const passes = [1, 3, 5, 10].map((runs) => {
    const pair = { name: '', n: 5_000, prevalence: 0.07, rates, noise: 1, coupling: 1 };
    const { passed } = simulate({ ...pair, runs: [runs, runs] }, rates, 'some rows', {
      passed: ({ cells, effect }) => f1DifferenceBound(cells, CONFIDENCE, effect) > -0.02,
    });
    return `${percent(passed.rate)} with ${runs}`;
  });
  print(`unchanged, 5.2% of replies differ, passes --no-worse-than by runs: ${passes.join(', ')}`);
}

/** Pairs and gates of models that were asked several times. */
export function rerunsKept(): boolean[] {
  printUnchanged();
  const alike: Outcome[] = PAIRS.map((pair) => ({
    setting: pair.name,
    ...simulate(pair, pair.rates, 'some rows', {
      apart: ({ cells, effect, differing }) =>
        !contains(f1Difference(cells, CONFIDENCE, effect).interval, 0) &&
        f1PermutationP(cells, differing) <= 1 - CONFIDENCE,
    }).apart,
  }));
  const kept: Record<'covered' | 'passed' | 'equivalent', Outcome[]> = {
    covered: [],
    passed: [],
    equivalent: [],
  };
  for (const pair of PAIRS) {
    for (const margin of MARGINS) {
      for (const loss of LOSSES) {
        const worse = worseBy(margin, pair.prevalence, pair.rates);
        const found = simulate(pair, worse, loss, {
          covered: ({ cells, effect }) =>
            contains(f1Difference(cells, CONFIDENCE, effect).interval, -margin),
          passed: ({ cells, effect }) => f1DifferenceBound(cells, CONFIDENCE, effect) > -margin,
          equivalent: ({ cells, effect }) => isWithinMargin(cells, CONFIDENCE, margin, effect),
        });
        const setting = `${pair.name}, loss ${margin} on ${loss}`;
        kept.covered.push({ setting, ...found.covered });
        kept.passed.push({ setting, ...found.passed });
        kept.equivalent.push({ setting, ...found.equivalent });
      }
    }
  }
  return [
    judge({ name: 'equal models, asked again, called different', atMost: 0.055 }, alike),
    judge({ name: 'interval of a difference of means covers it', atLeast: 0.935 }, kept.covered),
    judge(
      { name: 'a loss of the margin, asked again, passes --no-worse-than', atMost: 0.066 },
      kept.passed,
    ),
    judge(
      { name: 'a gap of the margin, asked again, called equivalent', atMost: 0.066 },
      kept.equivalent,
    ),
  ];
}

interface Drawn {
  readonly cells: readonly number[];
  readonly effect: number;
  readonly differing: ReturnType<typeof differingRows>;
}

type Found = Readonly<Omit<Outcome, 'setting'>>;

/** The shares of simulated files for which something holds. */
function simulate<Name extends string>(
  pair: Pair,
  worse: Rates,
  loss: (typeof LOSSES)[number],
  holds: Readonly<Record<Name, (drawn: Drawn) => boolean>>,
): Record<Name, Found> {
  const { alike, shares } = populationOf(pair, worse, loss);
  const [ofA, ofB] = pair.runs;
  const random = seededRandom(pair.n);
  const counts = shares.map(() => 0);
  const names = Object.keys(holds) as Name[];
  const held = names.map(() => 0);
  const simulations = SIMULATIONS / 5;
  for (let i = 0; i < simulations; i++) {
    drawMultinomial(random, pair.n, shares, counts);
    const rows = alike.flatMap((each, kind) => {
      const count = counts[kind] ?? 0;
      return count === 0 ? [] : [{ ...each, rows: count }];
    });
    const cells = countCells(rows);
    const effect = runsEffect(rows, cells, Math.max(ofA, ofB));
    const drawn = { cells, effect, differing: differingRows(rows, Math.max(ofA, ofB)) };
    names.forEach((name, k) => {
      if (holds[name](drawn)) held[k] = (held[k] ?? 0) + 1;
    });
  }
  return Object.fromEntries(
    names.map((name, k) => [name, { rate: (held[k] ?? 0) / simulations, simulations }]),
  ) as Record<Name, Found>;
}

/** How often a model calls a row toxic that it takes to in one way: never, by a coin, always. */
const CALLS = [0, 0.5, 1];

/** Rows by how often each model calls them toxic, and their shares of all. */
function populationOf(
  { prevalence, rates, noise, coupling, runs: [ofA, ofB] }: Pair,
  worse: Rates,
  loss: (typeof LOSSES)[number],
) {
  const alike: Omit<AlikeRows, 'rows'>[] = [];
  const shares: number[] = [];
  for (const isPositive of [false, true]) {
    const rate = isPositive ? 'recall' : 'falseAlarms';
    const ways = waysOf(rates[rate], noise);
    const kept = worse[rate] / rates[rate];
    const joint = CALLS.flatMap((a, i) =>
      CALLS.flatMap((b, j) => {
        const [share, own] = [ways[i] ?? 0, ways[j] ?? 0];
        const both = (1 - coupling) * share * own + (i === j ? coupling * share : 0);
        return loss === 'each row'
          ? [{ a: a * kept, b, both }]
          : [
              { a, b, both: both * kept },
              { a: 0, b, both: both * (1 - kept) },
            ];
      }),
    );
    for (let inA = 0; inA <= ofA; inA++) {
      for (let inB = 0; inB <= ofB; inB++) {
        alike.push({ isPositive, a: inA / ofA, b: inB / ofB });
        const chance = joint.reduce(
          (sum, { a, b, both }) => sum + both * binomial(inA, ofA, a) * binomial(inB, ofB, b),
          0,
        );
        shares.push((isPositive ? prevalence : 1 - prevalence) * chance);
      }
    }
  }
  return { alike, shares };
}

/** Shares of rows by {@link CALLS}, that come to a rate, of which a part is noise. */
function waysOf(rate: number, noise: number): number[] {
  const byCoin = 2 * noise * Math.min(rate, 1 - rate);
  const always = rate - byCoin / 2;
  return [1 - byCoin - always, byCoin, always];
}

function binomial(k: number, n: number, p: number): number {
  let ways = 1;
  for (let i = 0; i < k; i++) ways *= (n - i) / (i + 1);
  return ways * p ** k * (1 - p) ** (n - k);
}
