import { show, UserError } from '../errors.js';
import { formatCount, formatPercent, formatTogether, plural, withSign } from '../format.js';
import { f1Difference, f1DifferenceBound, rowsForMargin } from '../metrics/f1-difference.js';
import { codeOf, NO_LABEL } from '../rows/labels.js';
import { hasAllRows } from './all-rows.js';
import { type GateResult, ROWS_NAMED, whyPartial } from './gates.js';
import { labelUnder } from './outcomes.js';
import { type WeighedPairs, weighPairs } from './paired-labels.js';
import type { ModelResult } from './report/model.js';
import type { Report } from './report/report.js';
import { contendersOf } from './roles.js';
import { isLabel, saidOf, truthOf } from './row-codes.js';

/** A row that both reports hold, with a truth, and a label in each run of the baseline. */
interface SharedRow {
  /** Its place in the report that is checked. */
  readonly row: number;
  readonly truth: number;
  /** By run. */
  readonly now: readonly number[];
  readonly before: readonly number[];
  /** Whether a run of the report that is checked has no answer to it. */
  readonly isUnanswered: boolean;
}

/**
 * Paired non-inferiority: a contender passes if its positive F1, on the rows that both reports hold,
 * has not fallen by the margin or more. What counts is a one-sided lower bound of the difference,
 * at the report's confidence, that few rows cannot lift: see {@link f1DifferenceBound}. Where rows
 * were asked more than once, the mean of a row's runs stands for it.
 *
 * A row that the baseline answered and the contender did not counts as wrong, unless the policy says
 * which label it stands for: a gate must not be passed by refusing.
 *
 * @param margin - how much F1 may fall, a fraction
 * @throws UserError when the baseline has another truth, no such contender, or no row in common
 */
export function noWorseThan(report: Report, baseline: Report, margin: number): GateResult[] {
  if (!(margin >= 0 && margin < 1)) {
    throw new UserError(`the margin is ${margin}`, { hint: 'give a fraction such as 0.02' });
  }
  if (baseline.settings.truth !== report.settings.truth) {
    throw new UserError(
      `the baseline's truth is ${show(baseline.settings.truth)}, this run's ${show(report.settings.truth)}`,
      { hint: 'make both with the same `trueLabels`' },
    );
  }
  return contendersOf(report).map((model) =>
    checkModel(report, baseline, model, counterpart(model, report, baseline), margin),
  );
}

/** The contender of the same name, or the only one where each report has one. */
function counterpart(model: ModelResult, report: Report, baseline: Report): ModelResult {
  const there = contendersOf(baseline);
  const same = there.find(({ name }) => name === model.name);
  const only = there.length === 1 && contendersOf(report).length === 1 ? there[0] : undefined;
  const found = same ?? only;
  if (found) return found;
  throw new UserError(`the baseline has no contender "${model.name}"`, {
    hint: `it has ${there.map(({ name }) => name).join(', ') || 'none'}`,
  });
}

function checkModel(
  report: Report,
  baseline: Report,
  model: ModelResult,
  before: ModelResult,
  margin: number,
): GateResult {
  const [now, then] = [runsOf(report, model.name), runsOf(baseline, before.name)];
  const shared = sharedRows(report, baseline, now, then);
  const { worth, effect } = weighPairs(
    Int8Array.from(shared, ({ truth }) => truth),
    now.map((_, run) => Int8Array.from(shared, (row) => row.now[run] ?? NO_LABEL)),
    then.map((_, run) => Int8Array.from(shared, (row) => row.before[run] ?? NO_LABEL)),
    Uint32Array.from(shared, ({ row }) => report.rows.clusters?.[row] ?? row),
  );
  const found = { worth, effect, rows: shared.length };
  const { confidence } = report.settings;
  const low = f1DifferenceBound(worth, confidence, effect);
  const worse = shared.filter(
    ({ truth, now, before }) => rightIn(now, truth) < rightIn(before, truth),
  );
  const indices = new Map(report.disagreements.map(({ row, index }) => [row, index]));
  const missing = whyPartial(model);
  const passed = low > -margin && missing === undefined;
  const unanswered = shared.filter(({ isUnanswered }) => isUnanswered).length;
  return {
    name: `${report.task.labels.positive.replaceAll(' ', '_')}.f1 no worse than the baseline by ${margin}`,
    model: model.name,
    passed,
    value: low,
    limit: -margin,
    reason: [
      evidence(found, low, {
        confidence,
        runs: [now.length, then.length],
        isPart: hasAllRows(report),
      }),
      unanswered > 0 && withoutAnswer(unanswered, now.length),
      low <= -margin && shortfall(found, low, margin),
      missing,
    ]
      .filter(Boolean)
      .join('; '),
    rows: passed ? [] : worse.slice(0, ROWS_NAMED).flatMap(({ row }) => indices.get(row) ?? []),
    rowCount: passed ? 0 : worse.length,
  };
}

/** What each run said, coded, the first run first. */
const runsOf = ({ rows }: Report, name: string): string[] => [
  rows.said[name] ?? '',
  ...(rows.reruns?.[name] ?? []),
];

/** The share of the runs that are right. */
const rightIn = (runs: readonly number[], truth: number) =>
  runs.filter((label) => label === truth).length / runs.length;

/** The shared rows: see {@link weighPairs}. */
type Found = Pick<WeighedPairs, 'worth' | 'effect'> & { readonly rows: number };

function evidence(
  { worth, rows }: Found,
  low: number,
  {
    confidence,
    runs: [now, then],
    isPart,
  }: { confidence: number; runs: readonly [number, number]; isPart: boolean },
): string {
  const { value } = f1Difference(worth, confidence);
  const [changed = '', least = ''] = formatTogether([Number.isNaN(value) ? 0 : value, low]);
  const sure = formatPercent(confidence, 2);
  const means =
    now * then === 1 ? '' : ` (means over ${plural(now, 'run')}, of the baseline ${then})`;
  return (
    `on ${plural(rows, 'shared row')}${isPart ? ' with a human label' : ''}${means} it changed by ${withSign(changed)}, ` +
    `at least ${withSign(least)} with ${sure} confidence`
  );
}

function withoutAnswer(rows: number, runs: number): string {
  const have = rows === 1 ? 'has' : 'have';
  const where = runs === 1 ? 'in this run' : 'in one of the runs';
  return `${formatCount(rows)} of them ${have} no answer ${where}`;
}

/** By how much it fails, and how many rows would tell. */
function shortfall({ worth, effect, rows }: Found, low: number, margin: number): string {
  const [past = ''] = formatTogether([-margin - low]);
  const { value, standardError } = f1Difference(worth, 0.95, effect);
  const text = `past the margin by ${past}`;
  if (!(value > -margin) || margin === 0) return text;
  const needed = rowsForMargin(rows, standardError, margin);
  return needed > rows ? `${text}; about ${formatCount(needed)} rows like these could tell` : text;
}

/** The rows of both reports that have a truth, and a label in each run of the baseline. */
function sharedRows(
  report: Report,
  baseline: Report,
  now: readonly string[],
  before: readonly string[],
): SharedRow[] {
  const places = new Map(baseline.rows.keys.map((key, place) => [key, place]));
  const { on_unanswered: policy } = report.settings;
  let inBoth = 0;
  const shared = report.rows.keys.flatMap((key, row): SharedRow[] => {
    const place = places.get(key);
    if (place === undefined) return [];
    inBoth += 1;
    const truth = codeOf(truthOf(report.rows.truth[row]));
    const truthThen = codeOf(truthOf(baseline.rows.truth[place]));
    if (truth === NO_LABEL || truthThen === NO_LABEL) return [];
    if (truth !== truthThen) throw otherTruth(row);
    const then = before.map((codes) => labelUnder(policy, saidOf(codes[place]), truth));
    if (then.includes(NO_LABEL)) return [];
    const said = now.map((codes) => saidOf(codes[row]));
    const labels = said.map((each) => labelUnder(policy, each, truth));
    const wrong = 1 - truth;
    return [
      {
        row,
        truth,
        now: labels.map((label) => (label === NO_LABEL ? wrong : label)),
        before: then,
        isUnanswered: !said.every(isLabel),
      },
    ];
  });
  if (shared.length > 0) return shared;
  const found = inBoth > 0 ? 'no row with a label in the baseline' : 'no row';
  throw new UserError(`the baseline and this run have ${found} in common`, {
    hint: 'a baseline is the JSON report of an earlier run over the same rows',
  });
}

const otherTruth = (row: number) =>
  new UserError(`the baseline has another true label for row ${row} of this run`, {
    hint: 'make the baseline again, with the labels of this run',
  });
