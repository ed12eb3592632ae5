import { UserError } from '../errors.js';
import { detectableDifference, f1Difference, rowsForMargin } from '../metrics/f1-difference.js';
import { f1Interval } from '../metrics/intervals.js';
import type { Labels } from '../rows/labels.js';
import type { Verdicts } from '../rows/verdicts.js';
import type { LabelNames, UnansweredPolicy } from '../terms.js';
import {
  askedOf,
  assumedRates,
  type ErrorRates,
  expectedCells,
  expectedCounts,
  type Pilot,
  pilotCells,
  pilotCounts,
  pilotRates,
  type Size,
  sizeOf,
} from './expected-cells.js';
import { underPolicy } from './outcomes.js';

/** How strongly the errors of two models go together within a class, where no pilot tells. */
const ASSUMED_CORRELATION = 0.5;

/** Of a model of which nothing is known: its precision and its recall. */
export const DEFAULT_ASSUMED_F1 = 0.7;

/** A model, and what is known of it before the run. */
export interface PlannedContender {
  readonly name: string;
  /** A pilot: what it said of some rows of the file, in their order. Null where there is none. */
  readonly verdicts: Verdicts | null;
}

export interface PlanInput {
  /** How the two labels are called. */
  readonly names: LabelNames;
  readonly truth: Labels;
  /** Null where its labels are the truth. */
  readonly teacher: PlannedContender | null;
  readonly contenders: readonly PlannedContender[];
  readonly policy: UnansweredPolicy;
  /** Of the interval of F1, such as 0.95. */
  readonly confidence: number;
  /** By how much F1 may be lower behind a gate. */
  readonly margin: number;
  /** How often each row is to be asked. The plan is that of one run: means over more tell more. */
  readonly runsPerRow: number;
  /** Precision and recall of a model without a pilot. */
  readonly assumedF1: number;
}

/** What a file can show of one model. */
export interface PlannedModel {
  readonly name: string;
  /** Rows with a truth that it was asked already; null where its rates are assumed. */
  readonly pilot: number | null;
  /** Expected on all rows, and the ends of its interval. */
  readonly f1: number;
  readonly low: number;
  readonly high: number;
}

/** What a file can show of the difference between two models. */
export interface PlannedPair {
  readonly a: string;
  readonly b: string;
  /** Rows with a truth that both were asked already; null where the pair is put together. */
  readonly pilot: number | null;
  /** Of the difference of the two F1, on all rows. */
  readonly standardError: number;
  /** The smallest difference that would be found with 80% power at 95% confidence. */
  readonly detectable: number;
  /** Rows like these that a gate at the margin needs, and the positive ones among them. */
  readonly rowsForMargin: number;
  readonly positiveForMargin: number;
}

/** What an evaluation can show, known before anything is asked. */
export interface Plan {
  readonly names: LabelNames;
  /** Rows with a truth. */
  readonly rows: number;
  readonly positive: number;
  readonly runsPerRow: number;
  readonly confidence: number;
  readonly margin: number;
  /** Precision and recall of the models without a pilot; null where each has one. */
  readonly assumedF1: number | null;
  /** Of the errors of two models within a class; null where pilots tell of each pair. */
  readonly assumedCorrelation: number | null;
  readonly models: readonly PlannedModel[];
  readonly pairs: readonly PlannedPair[];
}

/** A model as the plan takes it. */
interface Side {
  readonly name: string;
  /** Null where there is no pilot with rows of both kinds. */
  readonly pilot: Pilot | null;
  readonly rates: ErrorRates;
}

/**
 * What a file of labels can show, before anything is paid for: how exactly it fixes the F1 of each
 * model, and the F1 difference of each two. A pilot on some of the rows is taken as it is, each class
 * scaled to its rows in the file. Where there is none, precision and recall are assumed, and that the
 * errors of two models correlate within a class.
 *
 * @throws UserError when no row is positive, or `margin` or `assumedF1` is no fraction
 * @see D. Card et al., With Little Power Comes Great Responsibility, EMNLP 2020
 * @see E. Miller, Adding Error Bars to Evals, arXiv:2411.00640, 2024
 */
export function plan(input: PlanInput): Plan {
  const { names, truth, teacher, contenders, confidence, margin, assumedF1 } = input;
  requireFraction('margin', margin);
  requireFraction('assumedF1', assumedF1);
  const size = sizeOf(truth);
  if (size.positive === 0) {
    throw new UserError(
      `no row of the file is ${names.positive}, so that no F1 can be had from it`,
      {
        hint: `collect rows of which some are ${names.positive}`,
      },
    );
  }
  const sides = contenders.map((each) => sideOf(each, input, size));
  const ground = { truth, size, confidence, margin };
  const pairs = pairUp(sides, teacher && sideOf(teacher, input, size)).map(([a, b]) =>
    planPair(a, b, ground),
  );
  return {
    names,
    rows: size.positive + size.negative,
    positive: size.positive,
    runsPerRow: input.runsPerRow,
    confidence,
    margin,
    assumedF1: sides.some(({ pilot }) => pilot === null) ? assumedF1 : null,
    assumedCorrelation: pairs.some(({ pilot }) => pilot === null) ? ASSUMED_CORRELATION : null,
    models: sides.map((side) => planModel(side, ground)),
    pairs,
  };
}

function requireFraction(option: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new UserError(`\`${option}\` is ${value}`, {
    hint: 'give a number between 0 and 1, such as 0.02',
  });
}

function sideOf(
  { name, verdicts }: PlannedContender,
  { truth, policy, assumedF1 }: PlanInput,
  size: Size,
): Side {
  const pilot = verdicts && { verdicts, labels: underPolicy(verdicts, truth, policy) };
  const rates = pilot && pilotRates(truth, pilot, size);
  return rates
    ? { name, pilot, rates }
    : { name, pilot: null, rates: assumedRates(assumedF1, size) };
}

/** Every two contenders, each with the teacher; a lone contender also with another like it. */
function pairUp(contenders: readonly Side[], teacher: Side | null): [Side, Side][] {
  const [first] = contenders;
  const among: [Side, Side][] =
    first && contenders.length === 1
      ? [[first, { ...first, name: 'another like it', pilot: null }]]
      : contenders.flatMap((a, i) => contenders.slice(i + 1).map((b): [Side, Side] => [a, b]));
  return teacher ? [...contenders.map((a): [Side, Side] => [a, teacher]), ...among] : among;
}

/** What is the same for all models of a plan. */
type Ground = Pick<PlanInput, 'truth' | 'confidence' | 'margin'> & { readonly size: Size };

function planModel(side: Side, { truth, size, confidence }: Ground): PlannedModel {
  const { tp, fp, fn } = side.pilot
    ? pilotCounts(truth, side.pilot, size)
    : expectedCounts(side.rates, size);
  const { low = 0, high = 1 } = f1Interval(tp, fp, fn, confidence) ?? {};
  const asked = side.pilot && askedOf(truth, [side.pilot]);
  return {
    name: side.name,
    pilot: asked && asked.positive + asked.negative,
    f1: (2 * tp) / (2 * tp + fp + fn),
    low,
    high,
  };
}

function planPair(a: Side, b: Side, { truth, size, margin }: Ground): PlannedPair {
  const pilot = a.pilot && b.pilot && pilotCells(truth, [a.pilot, b.pilot], size);
  const cells = pilot?.cells ?? expectedCells(a.rates, b.rates, ASSUMED_CORRELATION, size);
  const { standardError } = f1Difference(cells, 0.95);
  const rows = size.positive + size.negative;
  const needed = rowsForMargin(rows, standardError, margin);
  return {
    a: a.name,
    b: b.name,
    pilot: pilot?.asked ?? null,
    standardError,
    detectable: detectableDifference(standardError),
    rowsForMargin: needed,
    positiveForMargin: Math.ceil((needed * size.positive) / rows),
  };
}
