import { coded } from '../messages.js';
import { f1 } from '../metrics/binary.js';
import { type Labels, NO_LABEL } from '../rows/labels.js';
import type { Verdicts } from '../rows/verdicts.js';
import { NO_VERDICTS } from '../rows/verdicts-builder.js';
import type { UnansweredPolicy } from '../terms.js';
import { defined } from './figures.js';
import { countTable, underPolicy } from './outcomes.js';
import type { ModelResult } from './report/model.js';

export type Rerun = NonNullable<ModelResult['rerun']>;

/** The runs in which every row was asked that the first one asked; the first always. */
export function wholeRuns(runs: readonly Verdicts[]): Verdicts[] {
  const [first = NO_VERDICTS] = runs;
  return runs.filter((run) =>
    first.states.every((_, row) => !first.isAsked(row) || run.isAsked(row)),
  );
}

/** What changed between the runs; null where there is but one. */
export function rerunOf(
  runs: readonly Verdicts[],
  { truth, policy }: { readonly truth: Labels; readonly policy: UnansweredPolicy },
): Rerun | null {
  if (runs.length < 2) return null;
  const scores = runs.map((run) => f1(countTable(truth, underPolicy(run, truth, policy))));
  const [first, ...others] = runs.map(({ labels }) => labels);
  let [rows, changed] = [0, 0];
  first?.forEach((label, row) => {
    const said = [label, ...others.map((labels) => labels[row])];
    if (said.includes(NO_LABEL)) return;
    rows += 1;
    if (new Set(said).size > 1) changed += 1;
  });
  return { runs: runs.length, f1_sd: defined(deviation(scores)), changed, rows };
}

/** The standard deviation of a sample. */
function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** What the figures of such a model are. */
export const rerunNote = ({ runs }: Rerun) =>
  coded(
    'asked-again',
    `its rows were asked ${runs} times: its figures are means over the runs, and pairs compare such means; its table, confusion, agreement, slices and pairs by accuracy are of the first run`,
  );

/** Keys of a figure that count rows. */
const COUNTS = new Set(['n', 'support']);

/**
 * The mean of figures that several runs over the same rows led to, key by key, the ends of their
 * intervals included. A row's answers are not so many rows: each run has its own table of all rows,
 * and so the interval is as wide as that of one run. The mean varies less than one run does, so the
 * interval is never too narrow. A figure that one run does not define has no mean.
 */
export function meanOf<T>(all: readonly T[]): T {
  const [first] = all;
  return all.length === 1 ? (first as T) : (mean(all, '') as T);
}

function mean(all: readonly unknown[], key: string): unknown {
  const [first] = all;
  if (all.includes(null)) return null;
  if (typeof first === 'number') {
    const value = (all as number[]).reduce((sum, each) => sum + each, 0) / all.length;
    return COUNTS.has(key) ? Math.round(value) : value;
  }
  if (typeof first !== 'object') return first;
  const objects = all as Record<string, unknown>[];
  return Object.fromEntries(
    Object.keys(first as object).map((name) => [
      name,
      mean(
        objects.map((each) => each[name]),
        name,
      ),
    ]),
  );
}

/**
 * The verdicts of the first run, each answer with the mean of its scores over the runs that answered
 * the row.
 */
export function averageScores(runs: readonly Verdicts[]): Verdicts {
  const [first = NO_VERDICTS, ...others] = runs;
  if (others.length === 0 || first.scores === undefined) return first;
  const scores = first.scores.map((own, row) => {
    if (Number.isNaN(own)) return own;
    const all = runs.flatMap((run) => run.scoreOf(row) ?? []);
    return all.reduce((sum, score) => sum + score, 0) / all.length;
  });
  return first.with({ scores });
}
