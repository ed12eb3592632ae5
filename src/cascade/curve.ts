import { f1Interval, type Interval } from '../metrics/intervals.js';
import { type Band, bandOfShare } from './band.js';
import {
  type CascadeCounts,
  type CascadeRow,
  type CascadeRules,
  countCascade,
  f1Of,
  precisionOf,
  recallOf,
} from './cascade-rows.js';

/** What a cascade comes to that asks the teacher about one share of the rows. */
export interface CurvePoint {
  readonly band: Band;
  /** Of the rows, those that go to the teacher. */
  readonly share: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly interval: Interval | null;
  /** Dollars; null where the cost of a row is unknown. */
  readonly usdPer1000: number | null;
}

export const CURVE_SHARES = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1] as const;

/**
 * Quality and cost by the share of rows that go to the teacher: those whose scores are nearest to
 * the student's threshold, in log odds. Nothing but the share is chosen, so that the rows may be
 * those that are reported on.
 *
 * @param usdOfStudent - what a row costs that the student answers, in dollars
 */
export function cascadeCurve(
  rows: readonly CascadeRow[],
  rules: CascadeRules,
  {
    shares = CURVE_SHARES,
    confidence = 0.95,
    usdOfStudent = 0,
  }: { shares?: readonly number[]; confidence?: number; usdOfStudent?: number | null } = {},
): CurvePoint[] {
  const scores = rows.map(({ score }) => score);
  return shares.map((share) => {
    const band = bandOfShare(scores, { threshold: rules.threshold, share });
    return pointOf(countCascade(rows, band, rules), band, { confidence, usdOfStudent });
  });
}

/** The point of a band. */
export function pointOf(
  counts: CascadeCounts,
  band: Band,
  { confidence, usdOfStudent }: { confidence: number; usdOfStudent: number | null },
): CurvePoint {
  const { rows, escalated, hits, called, positive, usd } = counts;
  return {
    band,
    share: rows === 0 ? 0 : escalated / rows,
    precision: precisionOf(counts),
    recall: recallOf(counts),
    f1: f1Of(counts),
    interval: f1Interval(hits, called - hits, positive - hits, confidence),
    usdPer1000:
      usd === null || usdOfStudent === null || rows === 0
        ? null
        : (usd / rows + usdOfStudent) * 1000,
  };
}

/**
 * Where a further row that goes to the teacher begins to win less: of the points up to the best F1,
 * the one farthest above the straight line from the first to the best.
 *
 * @see Satopää et al., Finding a "kneedle" in a haystack (2011)
 * @returns undefined where no point is better than the student alone
 */
export function kneeOf<P extends Pick<CurvePoint, 'share' | 'f1'>>(
  points: readonly P[],
): P | undefined {
  const [first] = points;
  const best = points.reduce<P | undefined>(
    (found, each) => ((each.f1 ?? 0) > (found?.f1 ?? 0) ? each : found),
    undefined,
  );
  if (!first || !best || (best.f1 ?? 0) <= (first.f1 ?? 0)) return undefined;
  const slope = ((best.f1 ?? 0) - (first.f1 ?? 0)) / (best.share - first.share);
  const above = (point: P) =>
    (point.f1 ?? 0) - (first.f1 ?? 0) - slope * (point.share - first.share);
  return points
    .filter(({ share }) => share > first.share && share <= best.share)
    .reduce<P | undefined>(
      (found, each) => (found && above(found) >= above(each) ? found : each),
      undefined,
    );
}
