import type { CascadeCurve } from '../../analysis/report/comparisons.js';
import type { ModelResult } from '../../analysis/report/model.js';
import type { Report } from '../../analysis/report/report.js';
import type { CascadePoint } from '../cascade-points.js';
import { type Series, seriesOf } from './chart.js';
import { fromFreeToDear } from './cost-axis.js';
import type { Measurement } from './quality-cost-layout.js';
import { fromNoneToAll } from './share-axis.js';

/** A model, or an end of a curve that is none. */
export interface Point extends Series, Measurement {
  /** Of the rows, those asked of a teacher: none of a student's, all of a teacher's; null of others. */
  readonly share: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
}

export interface Curve extends Omit<CascadeCurve, 'points'>, Series {
  /** Those with an F1. */
  readonly points: readonly (CascadePoint & { readonly f1: number })[];
}

/** What the chart of a cascade shows. */
export interface Drawing {
  readonly points: readonly Point[];
  readonly curves: readonly Curve[];
  /** Whether the cost of every point of every curve is known; else shares stand for costs. */
  readonly isPriced: boolean;
}

/** The models and curves of a report, the points from left to right. */
export function drawingOf({ models, cascades = [] }: Report): Drawing {
  const judged = models.filter(
    ({ is_truth, figures }) => !is_truth && figures.positive.f1.value !== null,
  );
  const known = new Set(judged.map(({ name }) => name));
  const kept = cascades.flatMap((curve) => {
    const points = curve.points.flatMap((point) =>
      point.f1 === null ? [] : [{ ...point, f1: point.f1 }],
    );
    return points.length > 1 ? [{ ...curve, points }] : [];
  });
  const ends = kept.flatMap(({ student, teacher, points }) => [
    ...(known.has(student) ? [] : [endOf(student, points[0])]),
    ...(known.has(teacher) ? [] : [endOf(teacher, points.at(-1))]),
  ]);
  const others = [...new Map(ends.flatMap((end) => (end ? [[end.name, end]] : []))).values()];
  const series = seriesOf([...models.map(({ name }) => name), ...others.map(({ name }) => name)]);
  const ofName = (name: string) => series.find((each) => each.name === name);
  const isPriced = kept.every(({ points }) => points.every((point) => point.usd_per_1000 !== null));
  const points = [...judged.map((model) => measured(model, kept)), ...others].flatMap((each) => {
    const own = ofName(each.name);
    return own ? [{ ...own, ...each }] : [];
  });
  return {
    points: isPriced ? fromFreeToDear(points) : fromNoneToAll(points),
    curves: kept.flatMap((curve, i) => {
      const own = ofName(curve.student);
      return own ? [{ ...own, ...curve, dash: DASHES[i % DASHES.length] ?? 'none' }] : [];
    }),
    isPriced,
  };
}

/** The first curve is a whole line. */
const DASHES = seriesOf(new Array(7).fill('')).map(({ dash }) => dash);

type Measured = Omit<Point, keyof Series> & { readonly name: string };

function measured(
  { name, cascade, cost, figures: { positive } }: ModelResult,
  curves: readonly Pick<CascadeCurve, 'student' | 'teacher'>[],
): Measured {
  const { value, low, high } = positive.f1;
  const share = () => {
    if (cascade) return cascade.escalated.value;
    if (curves.some(({ student }) => student === name)) return 0;
    return curves.some(({ teacher }) => teacher === name) ? 1 : null;
  };
  return {
    name,
    usd: cost.per_1000_rows,
    f1: value ?? 0,
    low,
    high,
    share: share(),
    precision: positive.precision.value,
    recall: positive.recall.value,
  };
}

const endOf = (
  name: string,
  point: (CascadePoint & { f1: number }) | undefined,
): Measured | undefined => point && { name, usd: point.usd_per_1000, ...point };
