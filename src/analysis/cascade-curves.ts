import type { CascadeRow } from '../cascade/cascade-rows.js';
import { type CurvePoint, cascadeCurve, kneeOf } from '../cascade/curve.js';
import type { AnalysisContender, AnalysisInput } from './input.js';
import { type Labels, NO_LABEL, nameOf, type Verdicts } from './outcomes.js';
import type { CascadeCurve, ModelResult } from './report.js';

/** Finer than on a screen: a report draws a line of them. */
const SHARES = [...Array.from({ length: 41 }, (_, i) => i / 100), 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Who might be asked where another is not sure. */
interface Teacher {
  readonly name: string;
  readonly verdicts: Verdicts;
  readonly perThousand: number;
}

/**
 * What a cascade of each contender with scores and the dearest other model would come to, from
 * the answers that are there. Nothing but the share is varied, so that no row is learned from.
 *
 * @param models - the results of all models, for their costs
 */
export function cascadeCurves(
  { teacher, contenders, settings }: AnalysisInput,
  models: readonly ModelResult[],
  { truth, teacherVerdicts }: { readonly truth: Labels; readonly teacherVerdicts: Verdicts },
): CascadeCurve[] {
  const costOf = (name: string) =>
    models.find((model) => model.name === name)?.cost.per_1000_rows ?? null;
  const dear: Teacher[] = [
    ...(teacher && settings.truth === 'human'
      ? [{ name: teacher.name, verdicts: teacherVerdicts }]
      : []),
    ...contenders.filter(({ verdicts }) => !verdicts.some((verdict) => verdict?.answeredBy)),
  ].flatMap(({ name, verdicts }) => {
    const perThousand = costOf(name);
    return perThousand === null ? [] : [{ name, verdicts, perThousand }];
  });
  return contenders.flatMap((contender) => {
    const own = costOf(contender.name);
    const threshold = thresholdOf(contender);
    if (own === null || threshold === undefined) return [];
    const [best] = dear
      .filter(({ name, perThousand }) => name !== contender.name && perThousand > own)
      .toSorted((a, b) => b.perThousand - a.perThousand);
    return best ? [curveOf(contender, best, { threshold, own, truth, settings })] : [];
  });
}

function curveOf(
  { name, verdicts }: AnalysisContender,
  teacher: Teacher,
  {
    threshold,
    own,
    truth,
    settings,
  }: { threshold: number; own: number; truth: Labels; settings: AnalysisInput['settings'] },
): CascadeCurve {
  const rows: CascadeRow[] = [];
  verdicts.forEach((verdict, row) => {
    const label = truth[row] ?? NO_LABEL;
    const asked = teacher.verdicts[row];
    if (label === NO_LABEL || !asked) return;
    if (verdict?.outcome !== 'answered' || verdict.score === undefined) return;
    rows.push({
      score: verdict.score,
      teacher: asked.outcome === 'answered' ? asked.label : null,
      truth: nameOf(label),
      usd: asked.costUsd,
    });
  });
  const points = cascadeCurve(
    rows,
    { threshold, onTeacherFailure: 'unanswered' },
    { shares: SHARES, confidence: settings.confidence, usdOfStudent: own / 1000 },
  );
  return {
    student: name,
    teacher: teacher.name,
    threshold,
    rows: rows.length,
    points: points.map(toPoint),
    knee: points.indexOf(kneeOf(points) as CurvePoint),
  };
}

const toPoint = ({ share, precision, recall, f1, interval, usdPer1000 }: CurvePoint) => ({
  share,
  precision,
  recall,
  f1,
  low: interval?.low ?? null,
  high: interval?.high ?? null,
  usd_per_1000: usdPer1000,
});

/**
 * The score from which a contender says positive: as it was set, or halfway between the highest that
 * it called negative and the lowest that it called positive. Undefined where it does not go by a score.
 */
function thresholdOf({ threshold, verdicts }: AnalysisContender): number | undefined {
  let [negative, positive] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const verdict of verdicts) {
    if (verdict?.outcome !== 'answered') continue;
    if (verdict.score === undefined) return undefined;
    if (verdict.label === 'positive') positive = Math.min(positive, verdict.score);
    else negative = Math.max(negative, verdict.score);
  }
  if (threshold) return threshold.value;
  const isOrdered = Number.isFinite(negative) && Number.isFinite(positive) && negative < positive;
  return isOrdered ? (negative + positive) / 2 : undefined;
}
