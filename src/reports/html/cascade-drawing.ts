import * as Plot from '@observablehq/plot';
import { formatPercent } from '../../format.js';
import type { CascadePoint } from '../cascade-points.js';
import type { Curve, Drawing } from './cascade-data.js';
import { isNarrow } from './chart.js';
import { type Axis, costAxis } from './cost-axis.js';
import { type LinePoint, RING_RADIUS } from './obstacles.js';
import { type LineMark, layOut } from './quality-cost-layout.js';
import { leaders, namesOf, qualityPlot } from './quality-plot.js';
import { shareAxis } from './share-axis.js';

/** The curves with their intervals, the knee of each, and the models. */
export function drawCascade(drawing: Drawing, f1: string, width: number): Plot.PlotOptions {
  const { points, curves, isPriced } = drawing;
  const all = curves.flatMap((curve) => curve.points);
  const costs = all.flatMap(({ usd_per_1000: usd }) => (usd ? [usd] : []));
  const linesOn = (axis: Axis): Line[] =>
    curves.map((curve) => ({ ...curve, points: pointsOn(axis, curve, drawing) }));
  const { placed, below, ...laid } = layOut(points, width, {
    axisOf: isPriced ? (marks, stretch) => costAxis(marks, stretch, costs) : shareAxis,
    values: all.flatMap(({ f1, low, high }) => [low ?? f1, high ?? f1]),
    linesOn: (axis) => linesOn(axis).map(({ points }) => points),
    marksOn: (axis) => kneesOf(linesOn(axis), isNarrow(width)),
  });
  const lines = linesOn(laid.axis);
  return qualityPlot(laid, placed, {
    width,
    labels: {
      x: isPriced ? 'dollars per 1,000 rows, log scale' : 'rows asked of a teacher',
      y: f1,
    },
    bands: laid.axis.bands,
    under: [...lines.map(shade), ...lines.flatMap((line) => curveMarks(line, isPriced))],
    over: [
      leaders(below, 'knee-pole'),
      Plot.dot(kneesOf(lines), {
        x: 'x',
        y: 'f1',
        r: RING_RADIUS,
        stroke: 'colour',
        strokeWidth: 2,
        className: 'knee',
      }),
      namesOf(below, 'knee-flag'),
    ],
  });
}

/** A curve on an axis. */
interface Line extends Omit<Curve, 'points'> {
  readonly points: readonly (LinePoint & CascadePoint)[];
}

const pointsOn = (
  axis: Axis,
  { student, points: ofCurve }: Curve,
  { points, isPriced }: Drawing,
): Line['points'] =>
  ofCurve.map((point) => {
    const value = isPriced ? point.usd_per_1000 : point.share;
    // A log scale has no place for what is free: the student's mark has one beside it.
    const atMark = axis.xs[points.findIndex(({ name }) => name === student)];
    return { ...point, x: isPriced && !value ? (atMark ?? 0) : axis.place(value ?? 0) };
  });

/** Rings, so that the mark of a cascade that was made there is seen within. */
const kneesOf = (lines: readonly Line[], isShort = false): LineMark[] =>
  lines.flatMap(({ knee, colour, points }) => {
    const point = points[knee];
    if (!point) return [];
    const { x, f1, low, high, share } = point;
    // Several have their shares in the legend.
    const isNamed = lines.length === 1;
    const name = isNamed ? `knee: ${formatPercent(share)}${isShort ? '' : ' of rows'}` : '';
    return [{ x, f1, low, high, name, colour }];
  });

const shade = ({ points, colour }: Line) =>
  Plot.areaY(points, {
    x: 'x',
    y1: 'low',
    y2: 'high',
    fill: colour,
    fillOpacity: 0.14,
    className: 'band',
  });

/** From a student that is free to the scale the line is dotted: there is nothing in between. */
function curveMarks({ points, colour, dash }: Line, isPriced: boolean): Plot.Markish[] {
  const isFree = isPriced && points[0]?.usd_per_1000 === 0;
  const style = { x: 'x', y: 'f1', stroke: colour, strokeWidth: 2 };
  return [
    Plot.line(isFree ? points.slice(1) : points, {
      ...style,
      strokeDasharray: dash,
      className: 'curve',
    }),
    Plot.line(isFree ? points.slice(0, 2) : [], { ...style, strokeDasharray: '1 4' }),
  ];
}
