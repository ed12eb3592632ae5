/**
 * Whether the intervals cover and the verdicts keep what they promise, by simulation. Ends
 * non-zero where a promise is broken. `--tenth` simulates a tenth as often, for CI; `--pairs` and
 * the names of the other parts at the end simulate those alone.
 */
import { balancedAccuracy, f1, precision, recall } from '../src/metrics/binary.js';
import {
  f1Difference,
  f1DifferenceBound,
  f1PermutationP,
  isWithinMargin,
} from '../src/metrics/f1-difference.js';
import { f1Interval, type Interval, meanInterval, wilson } from '../src/metrics/intervals.js';
import { postStratified } from '../src/metrics/post-stratified.js';
import { atPrevalence } from '../src/metrics/prevalence.js';
import { drawBinomial, drawMultinomial, seededRandom } from '../src/metrics/sampling.js';
import { simulateAudit } from './coverage/audit.js';
import { cascadesKept } from './coverage/cascade.js';
import {
  CORRELATIONS,
  countsOf,
  f1Of,
  MODELS,
  pairOf,
  type Rates,
  tableOf,
  worseBy,
} from './coverage/populations.js';
import { judge, type Outcome, print } from './coverage/promise.js';
import { rankingKept } from './coverage/ranking.js';
import { repeatedKept } from './coverage/repeated.js';
import { rerunsKept } from './coverage/reruns.js';
import { CONFIDENCE, contains, SETTINGS, SIMULATIONS } from './coverage/settings.js';
import { weightedKept } from './coverage/weighted.js';

const MARGINS = [0.02, 0.05];

/** The share of simulated tables for which something holds. */
function share(
  shares: readonly number[],
  n: number,
  holds: (cells: readonly number[]) => boolean | undefined,
  simulations = SIMULATIONS,
): { rate: number; simulations: number } {
  const random = seededRandom(n);
  const cells = shares.map(() => 0);
  let held = 0;
  let counted = 0;
  for (let i = 0; i < simulations; i++) {
    drawMultinomial(random, n, shares, cells);
    const result = holds(cells);
    if (result === undefined) continue;
    counted += 1;
    if (result) held += 1;
  }
  return { rate: held / counted, simulations: counted };
}

function coverageOf(
  interval: (counts: ReturnType<typeof countsOf>) => Interval | null | undefined,
  truth: (counts: ReturnType<typeof countsOf>) => number,
): Outcome[] {
  return SETTINGS.map(({ name, prevalence, rates, n }) => {
    const table = tableOf(prevalence, rates);
    const value = truth(countsOf(table));
    const found = share(table, n, (cells) => {
      const made = interval(countsOf(cells));
      return made ? contains(made, value) : undefined;
    });
    return { setting: name, ...found };
  });
}

function intervalsKept(): boolean[] {
  return [
    judge(
      { name: 'recall, Wilson', atLeast: 0.93 },
      coverageOf(({ tp, fn }) => wilson(tp, tp + fn, CONFIDENCE), recall),
    ),
    judge(
      { name: 'precision, Wilson', atLeast: 0.93 },
      coverageOf(({ tp, fp }) => wilson(tp, tp + fp, CONFIDENCE), precision),
    ),
    judge(
      { name: 'F1, Wilson of TP / (TP + FP + FN)', atLeast: 0.935 },
      coverageOf(({ tp, fp, fn }) => f1Interval(tp, fp, fn, CONFIDENCE), f1),
    ),
    judge(
      { name: 'balanced accuracy, MOVER', atLeast: 0.93 },
      coverageOf(({ tp, fp, fn, tn }) => {
        const [found, passed] = [wilson(tp, tp + fn, CONFIDENCE), wilson(tn, tn + fp, CONFIDENCE)];
        if (!found || !passed) return undefined;
        return meanInterval(
          { value: tp / (tp + fn), interval: found },
          { value: tn / (tn + fp), interval: passed },
        );
      }, balancedAccuracy),
    ),
  ];
}

const PAIRS = SETTINGS.flatMap((setting) =>
  CORRELATIONS.map((correlation) => ({
    ...setting,
    name: `${setting.name}, correlation ${correlation}`,
    correlation,
  })),
);

function pairsKept(): boolean[] {
  const alike = PAIRS.map(({ name, prevalence, rates, n, correlation }) => {
    const shares = pairOf(prevalence, rates, rates, correlation);
    const found = share(shares, n, (cells) => {
      const isApart = !contains(f1Difference(cells, CONFIDENCE).interval, 0);
      return isApart && f1PermutationP(cells) <= 1 - CONFIDENCE;
    });
    return { setting: name, ...found };
  });
  const apart = PAIRS.flatMap((pair) =>
    MARGINS.map((margin) => {
      const { prevalence, rates, correlation } = pair;
      const worse = worseBy(margin, prevalence, rates);
      const name = `${pair.name}, loss ${margin}`;
      return { ...pair, name, margin, shares: pairOf(prevalence, worse, rates, correlation) };
    }),
  );
  return [
    judge({ name: 'equal models called different', atMost: 0.055 }, alike),
    judge(
      { name: 'interval of a difference covers it', atLeast: 0.94 },
      apart.map(({ name, shares, n, margin }) => ({
        setting: name,
        ...share(shares, n, (cells) => contains(f1Difference(cells, CONFIDENCE).interval, -margin)),
      })),
    ),
    judge(
      { name: 'a loss of the margin passes --no-worse-than', atMost: 0.066 },
      apart.map(({ name, shares, n, margin }) => ({
        setting: name,
        ...share(shares, n, (cells) => f1DifferenceBound(cells, CONFIDENCE) > -margin),
      })),
    ),
    judge(
      { name: 'a gap of the margin called equivalent', atMost: 0.066 },
      apart.map(({ name, shares, n, margin }) => ({
        setting: name,
        ...share(shares, n, (cells) => isWithinMargin(cells, CONFIDENCE, margin)),
      })),
    ),
  ];
}

/** Sample sizes for which draws are affordable. */
const DRAWS = { draws: 1_000, confidence: CONFIDENCE, seed: 1 };
const DRAWN_SIMULATIONS = SIMULATIONS / 10;

function prevalenceKept(): boolean {
  const outcomes = SETTINGS.filter(({ n }) => n <= 2_000).map(({ name, prevalence, rates, n }) => {
    const wanted = f1Of(0.02, rates);
    const found = share(
      tableOf(prevalence, rates),
      n,
      (cells) => {
        const made = atPrevalence(countsOf(cells), 0.02, DRAWS);
        return made && contains(made.f1.interval, wanted);
      },
      DRAWN_SIMULATIONS,
    );
    return { setting: name, ...found };
  });
  return judge({ name: 'F1 at 2% toxic, Jeffreys draws', atLeast: 0.94 }, outcomes);
}

/** Teachers that help, mislead and lie; all but the rates are the same. */
const TEACHERS: Readonly<Record<string, Rates>> = {
  good: { recall: 0.9, falseAlarms: 0.0075 },
  biased: { recall: 0.95, falseAlarms: 0.2 },
  adversarial: { recall: 0.1, falseAlarms: 0.5 },
};
const ROWS = 5_000;
const LABELLED = 300;

function fewLabelsKept(): boolean[] {
  const coverage: Outcome[] = [];
  let isNarrow = true;
  for (const [name, teacher] of Object.entries(TEACHERS)) {
    const { rate, simulations, width } = simulateFewLabels(0.07, MODELS.middle as Rates, teacher);
    coverage.push({ setting: `7.0% toxic, middle, ${name} teacher`, rate, simulations });
    print(`width of F1's interval beside human-only, ${name} teacher: ${width.toFixed(2)}`);
    isNarrow &&= width <= 1.05;
  }
  return [
    judge({ name: 'F1 of 5,000 rows by 300 human labels', atLeast: 0.94 }, coverage),
    isNarrow,
  ];
}

function simulateFewLabels(prevalence: number, model: Rates, teacher: Rates) {
  const random = seededRandom(7);
  const shares = pairOf(prevalence, model, teacher, 0.2);
  const truth = f1Of(prevalence, model);
  let held = 0;
  let widths = 0;
  let humanWidths = 0;
  const simulations = SIMULATIONS / 5;
  const cells = shares.map(() => 0);
  for (let i = 0; i < simulations; i++) {
    drawMultinomial(random, ROWS, shares, cells);
    // Which of the rows people label: a draw without replacement, cell by cell.
    let [rowsLeft, labelsLeft] = [ROWS, LABELLED];
    const labelled = cells.map((rows) => {
      const drawn = Math.min(rows, labelsLeft, drawBinomial(random, labelsLeft, rows / rowsLeft));
      rowsLeft -= rows;
      labelsLeft -= drawn;
      return drawn;
    });
    const at = (values: readonly number[], cell: number) => values[cell] ?? 0;
    const strata = [0, 1, 2, 3].map((cell) => ({
      called: cell >= 2,
      rows: at(cells, cell) + at(cells, cell + 4),
      labelled: at(labelled, cell) + at(labelled, cell + 4),
      positive: at(labelled, cell + 4),
    }));
    const interval = postStratified(strata, DRAWS)?.f1?.interval ?? { low: 0, high: 1 };
    const sum = (...places: number[]) => places.reduce((all, cell) => all + at(labelled, cell), 0);
    const human = f1Interval(sum(6, 7), sum(2, 3), sum(4, 5), CONFIDENCE) ?? { low: 0, high: 1 };
    if (contains(interval, truth)) held += 1;
    widths += interval.high - interval.low;
    humanWidths += human.high - human.low;
  }
  return { rate: held / simulations, simulations, width: widths / humanWidths };
}

/** Draws by an audit, and what as many labels of a uniform draw would show on their own. */
function auditsKept(): boolean[] {
  const kept = CHANGES.map(({ name, changed }) => {
    const outcomes = Object.entries(TEACHERS).map(([teacherName, teacher]) => {
      const found = simulateAudit(0.07, MODELS.middle as Rates, teacher, {
        changed,
        simulations: SIMULATIONS / 10,
      });
      print(
        `width of F1's interval beside a uniform draw, ${name}, ${teacherName} teacher: ${found.width.toFixed(2)}`,
      );
      return { setting: `7.0% toxic, middle, ${teacherName} teacher`, ...found };
    });
    const isNarrow = outcomes.every(({ width }) => width <= 1.05);
    return [
      judge({ name: `F1 of 5,000 rows by an audit of 300, ${name}`, atLeast: 0.94 }, outcomes),
      isNarrow,
    ];
  });
  return kept.flat();
}

/** Shares of the rows on which the contender answers afresh after the draw. */
const CHANGES = [
  { name: 'same contender', changed: 0 },
  { name: 'contender changed since', changed: 0.3 },
];

const PARTS: Readonly<Record<string, () => boolean[]>> = {
  intervals: intervalsKept,
  repeated: repeatedKept,
  ranking: rankingKept,
  pairs: pairsKept,
  reruns: rerunsKept,
  prevalence: () => [prevalenceKept()],
  weighted: weightedKept,
  fewLabels: fewLabelsKept,
  audits: auditsKept,
  cascades: cascadesKept,
};

const only = Object.entries(PARTS).filter(([name]) => process.argv.includes(`--${name}`));
const parts = only.length > 0 ? only : Object.entries(PARTS);
const started = performance.now();
const kept = parts.flatMap(([, part]) => part());
print(
  `${SIMULATIONS} simulations a setting, ${((performance.now() - started) / 1000).toFixed(0)} s`,
);
if (!kept.every(Boolean)) {
  print('a promise is broken');
  process.exitCode = 1;
}
