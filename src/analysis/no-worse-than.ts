import { show, UserError } from '../errors.js';
import { formatCount, formatPercent, formatTogether, plural, withSign } from '../format.js';
import {
  f1Difference,
  f1DifferenceBound,
  type PairedCells,
  rowsForMargin,
} from '../metrics/f1-difference.js';
import { weighPairs } from './comparison.js';
import { type GateResult, ROWS_NAMED, whyPartial } from './gates.js';
import { codeOf, labelUnder, NO_LABEL } from './outcomes.js';
import type { ModelResult, Report } from './report.js';
import { contendersOf } from './roles.js';
import { isLabel, saidOf, truthOf } from './row-codes.js';

/** A row that both reports hold, with a truth, and a label in the baseline. */
interface SharedRow {
  /** Its place in the report that is checked. */
  readonly row: number;
  readonly truth: number;
  readonly now: number;
  readonly before: number;
  /** Whether it has no answer in the report that is checked. */
  readonly isUnanswered: boolean;
}

/**
 * Paired non-inferiority: a contender passes if its positive F1, on the rows that both reports hold,
 * has not fallen by the margin or more. What counts is a one-sided lower bound of the difference,
 * at the report's confidence, that few rows cannot lift: see {@link f1DifferenceBound}.
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
  const shared = sharedRows(report, baseline, model.name, before.name);
  const column = (of: (row: SharedRow) => number) => Int8Array.from(shared, of);
  const { worth } = weighPairs(
    column(({ truth }) => truth),
    column(({ now }) => now),
    column(({ before }) => before),
    Uint32Array.from(shared, ({ row }) => report.rows.clusters?.[row] ?? row),
  );
  const low = f1DifferenceBound(worth, report.settings.confidence);
  const worse = shared.filter(({ truth, now, before }) => now !== truth && before === truth);
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
      evidence(worth, low, { rows: shared.length, confidence: report.settings.confidence }),
      unanswered > 0 &&
        `${formatCount(unanswered)} of them ${unanswered === 1 ? 'has' : 'have'} no answer in this run`,
      low <= -margin && shortfall(worth, low, { rows: shared.length, margin }),
      missing,
    ]
      .filter(Boolean)
      .join('; '),
    rows: passed ? [] : worse.slice(0, ROWS_NAMED).flatMap(({ row }) => indices.get(row) ?? []),
    rowCount: passed ? 0 : worse.length,
  };
}

function evidence(
  cells: PairedCells,
  low: number,
  { rows, confidence }: { rows: number; confidence: number },
): string {
  const { value } = f1Difference(cells, confidence);
  const [changed = '', least = ''] = formatTogether([Number.isNaN(value) ? 0 : value, low]);
  const sure = formatPercent(confidence, 2);
  return (
    `on ${plural(rows, 'shared row')} it changed by ${withSign(changed)}, ` +
    `at least ${withSign(least)} with ${sure} confidence`
  );
}

/** By how much it fails, and how many rows would tell. */
function shortfall(
  cells: PairedCells,
  low: number,
  { rows, margin }: { rows: number; margin: number },
): string {
  const [past = ''] = formatTogether([-margin - low]);
  const { value, standardError } = f1Difference(cells, 0.95);
  const text = `past the margin by ${past}`;
  if (!(value > -margin) || margin === 0) return text;
  const needed = rowsForMargin(rows, standardError, margin);
  return needed > rows ? `${text}; about ${formatCount(needed)} rows like these could tell` : text;
}

/** The rows of both runs that have a truth, and a label in the baseline. */
function sharedRows(report: Report, baseline: Report, now: string, before: string): SharedRow[] {
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
    const then = labelUnder(policy, saidOf(baseline.rows.said[before]?.[place]), truth);
    if (then === NO_LABEL) return [];
    const said = saidOf(report.rows.said[now]?.[row]);
    const label = labelUnder(policy, said, truth);
    const wrong = 1 - truth;
    return [
      {
        row,
        truth,
        now: label === NO_LABEL ? wrong : label,
        before: then,
        isUnanswered: !isLabel(said),
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
