import { type Band, bandOfShare } from './band.js';
import {
  type CascadeCounts,
  type CascadeRow,
  type CascadeRules,
  countCascade,
  f1Of,
} from './cascade-rows.js';
import type { Aim } from './promise.js';

/** Shares of rows that go to the teacher, the dearest first. */
const SHARES = [
  ...[0.5, 0.4, 0.3, 0.25, 0.2, 0.175, 0.15, 0.125, 0.1],
  ...[0.08, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01, 0],
] as const;

/**
 * Where the rows cannot tell how good the teacher is, bands begin here: with more, a cascade comes
 * near to the teacher alone.
 */
const WIDEST_UNSEEN = 0.3;

/** How far a band reaches below the threshold, as against above it. */
const LEANS = [0.5, Math.SQRT1_2, 1, Math.SQRT2, 2] as const;

/**
 * Puts bands in the order in which they are tested: the one that is expected to be best first,
 * then ever cheaper ones, each the most promising of its share. Only rows of the training set,
 * scored by students that had not seen them, have a say, so that the rows which the promise is
 * tested on are not looked at.
 *
 * @param seesTeacher - whether the truth of those rows is another than the teacher's label, so that
 *   they show what the teacher gets wrong
 */
export function orderBands(
  rows: readonly CascadeRow[],
  { aim, rules, seesTeacher }: { aim: Aim; rules: CascadeRules; seesTeacher: boolean },
): Band[] {
  const scores = rows.map(({ score }) => score);
  const { threshold } = rules;
  const bands = SHARES.filter((share) => seesTeacher || share <= WIDEST_UNSEEN).map((share) =>
    best(
      LEANS.map((lean) => {
        const band = bandOfShare(scores, { threshold, share, lean });
        return { band, expected: promiseOf(countCascade(rows, band, rules), aim) };
      }),
    ),
  );
  const first = best(bands);
  return bands.slice(first ? bands.indexOf(first) : 0).flatMap((each) => each?.band ?? []);
}

interface Candidate {
  readonly band: Band;
  readonly expected: number;
}

/** The first of the best. */
const best = <C extends Candidate | undefined>(candidates: readonly C[]): C | undefined =>
  candidates.reduce<C | undefined>(
    (found, each) =>
      (each?.expected ?? 0) > (found?.expected ?? Number.NEGATIVE_INFINITY) ? each : found,
    undefined,
  );

/** So many standard errors above an aim are enough; what lies beyond is decided by F1. */
const ENOUGH = 3;

/** How surely a band would keep the promise on as many rows, in standard errors, and then its F1. */
function promiseOf(counts: CascadeCounts, aim: Aim): number {
  const { hits, positive, called } = counts;
  const margins = [marginOf(aim.recall, hits, positive), marginOf(aim.precision, hits, called)];
  return Math.min(ENOUGH, ...margins) + (f1Of(counts) ?? 0);
}

function marginOf(aim: number | undefined, successes: number, n: number): number {
  if (aim === undefined) return ENOUGH;
  if (n === 0) return -ENOUGH;
  return (successes / n - aim) / Math.sqrt((aim * (1 - aim)) / n);
}
