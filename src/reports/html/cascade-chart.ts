import * as Plot from '@observablehq/plot';
import type { CascadeCurve, ModelResult, Report } from '../../analysis/report.js';
import { formatMoney, formatNumber, formatPercent, plural } from '../../format.js';
import { type CascadePoint, f1OfPoint, pointsShown } from '../cascade-points.js';
import { capitalised, f1Name, intervalInWords, onLabelledRows } from '../words.js';
import { figure, isNarrow, lineLegend, type Series, seriesOf } from './chart.js';
import { type Axis, costAxis, fromFreeToDear, fromNoneToAll, shareAxis } from './cost-axis.js';
import { MARK_RADIUS } from './flags.js';
import type { Markup } from './markup.js';
import { type LineMark, type LinePoint, layOut, type Measurement } from './quality-cost-layout.js';
import { type Cell, figureCell, numberColumn, textColumn } from './table.js';

/** A model, or an end of a curve that is none. */
interface Point extends Series, Measurement {
  /** Of the rows, those asked of a teacher: none of a student's, all of a teacher's; null of others. */
  readonly share: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
}

interface Curve extends Omit<CascadeCurve, 'points'>, Series {
  /** Those with an F1. */
  readonly points: readonly (CascadePoint & { readonly f1: number })[];
}

interface Drawing {
  readonly points: readonly Point[];
  readonly curves: readonly Curve[];
  /** Whether the cost of every point of every curve is known; else shares stand for costs. */
  readonly isPriced: boolean;
}

/**
 * The F1 of the positive class against what 1,000 rows cost, for every share of rows that a student
 * leaves to its teacher, with all models as points; null where no two models make a cascade. Where
 * the cost is not known it is against the share.
 */
export function cascadeChart(report: Report): Markup | null {
  const drawing = drawingOf(report);
  const { points, curves, isPriced } = drawing;
  if (curves.length === 0) return null;
  const f1 = f1Name(report);
  const cost = isPriced ? 'the cost of 1,000 rows' : 'the share of rows asked of a teacher';
  return figure({
    title: `${capitalised(f1)} by ${cost}${onLabelledRows(report)}`,
    caption: captionOf(drawing, report),
    label: `${capitalised(f1)} against ${cost}. ${[...curves.map(curveInWords), ...points.map(pointInWords)].join('; ')}.`,
    size: 'full',
    legend:
      curves.length > 1
        ? lineLegend(curves.map((each) => ({ ...each, name: nameOf(each) })))
        : undefined,
    draw: (width) => draw(drawing, f1, width),
    columns: [
      textColumn('model'),
      numberColumn('rows asked of a teacher'),
      numberColumn('$ per 1,000 rows'),
      numberColumn(f1),
      numberColumn('precision'),
      numberColumn('recall'),
    ],
    rows: [...points.map(pointCells), ...curves.flatMap(curveRows)],
  });
}

const nameOf = ({ student, teacher }: Pick<CascadeCurve, 'student' | 'teacher'>) =>
  `${student}, with ${teacher}`;

function drawingOf({ models, cascades = [] }: Report): Drawing {
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

function draw({ points, curves, isPriced }: Drawing, f1: string, width: number): Plot.PlotOptions {
  const placeOn = (axis: Axis, { student }: Curve, point: CascadePoint) => {
    if (!isPriced) return axis.place(point.share);
    if (point.usd_per_1000) return axis.place(point.usd_per_1000);
    // A log scale has no place for what is free: the student's mark has.
    return axis.xs[points.findIndex(({ name }) => name === student)] ?? 0;
  };
  const lineOn = (axis: Axis, curve: Curve) =>
    curve.points.map((point) => ({ ...point, x: placeOn(axis, curve, point) }));
  const costs = curves.flatMap(({ points }) => points.flatMap((point) => point.usd_per_1000 || []));
  const laid = layOut<Point, KneeMark>(points, width, {
    axisOf: isPriced ? (all, stretch) => costAxis(all, stretch, costs) : shareAxis,
    values: curves.flatMap(({ points }) =>
      points.flatMap(({ low, high }) => [low ?? [], high ?? []].flat()),
    ),
    linesOn: (axis) => curves.map((curve) => lineOn(axis, curve)),
    marksOn: (axis) =>
      curves.flatMap((curve) => kneeOn(lineOn(axis, curve), curve, isNarrow(width))),
  });
  const { placed, marked, domain, axis, height, margin } = laid;
  const lines = curves.map((curve) => ({ ...curve, line: lineOn(axis, curve) }));
  return {
    width,
    height,
    marginTop: margin.top,
    marginRight: margin.right,
    marginBottom: margin.bottom,
    marginLeft: margin.left,
    // The axis is laid out in pixels.
    x: { domain: [margin.left, width - margin.right], axis: null },
    y: { domain, label: f1, labelArrow: 'none', grid: true, ticks: 6 },
    symbol: { type: 'identity' },
    marks: [
      Plot.rect(axis.bands, { x1: 'from', x2: 'to', fill: 'var(--tint)' }),
      Plot.axisX(
        axis.ticks.map(({ x }) => x),
        {
          text: axis.ticks.map(({ text }) => text),
          label: isPriced ? 'dollars per 1,000 rows, log scale' : 'rows asked of a teacher',
          labelAnchor: 'center',
          labelArrow: 'none',
        },
      ),
      ...lines.map(({ line, colour }) =>
        Plot.areaY(line, {
          x: 'x',
          y1: 'low',
          y2: 'high',
          fill: colour,
          fillOpacity: 0.14,
          className: 'band',
        }),
      ),
      ...lines.flatMap(({ line, colour, dash }) => curveMarks(line, { colour, dash, isPriced })),
      Plot.ruleX(placed, { x: 'x', y1: 'f1', y2: 'poleTop', stroke: 'colour', className: 'pole' }),
      Plot.ruleX(marked, {
        x: 'x',
        y1: 'f1',
        y2: 'poleTop',
        stroke: 'colour',
        className: 'knee-pole',
      }),
      Plot.ruleX(
        placed.filter(({ low, high }) => low !== null && high !== null),
        { x: 'x', y1: 'low', y2: 'high', stroke: 'colour', strokeWidth: 2, className: 'error-bar' },
      ),
      Plot.dot(placed, {
        x: 'x',
        y: 'f1',
        fill: 'colour',
        symbol: 'symbol',
        r: MARK_RADIUS,
        stroke: 'var(--page)',
        strokeWidth: 1.5,
        className: 'point',
      }),
      Plot.dot(marked, {
        x: 'x',
        y: 'f1',
        r: KNEE_RADIUS,
        stroke: 'colour',
        strokeWidth: 2,
        className: 'knee',
      }),
      ...[[placed, 'flag'] as const, [marked, 'knee-flag'] as const].map(([names, className]) =>
        Plot.text(names, {
          x: 'left',
          y: 'middle',
          text: 'short',
          textAnchor: 'start',
          fill: 'currentColor',
          stroke: 'var(--page)',
          strokeWidth: 4,
          fontWeight: 600,
          className,
        }),
      ),
    ],
  };
}

/** A ring, so that the mark of a cascade that was chosen there is seen within. */
const KNEE_RADIUS = 8;

interface KneeMark extends LineMark {
  readonly colour: string;
}

function kneeOn(
  line: readonly (LinePoint & CascadePoint)[],
  { colour, knee, points }: Curve,
  isShort: boolean,
): KneeMark[] {
  const place = line[knee];
  const point = points[knee];
  if (!place || !point) return [];
  const share = formatPercent(point.share);
  return [
    {
      x: place.x,
      f1: point.f1,
      low: point.low,
      name: isShort ? `knee: ${share}` : `knee: ${share} of rows`,
      colour,
    },
  ];
}

/** From a student that is free to the scale the line is dotted: there is nothing in between. */
function curveMarks(
  line: readonly (LinePoint & CascadePoint)[],
  { colour, dash, isPriced }: { colour: string; dash: string; isPriced: boolean },
): Plot.Markish[] {
  const isFree = isPriced && line[0]?.usd_per_1000 === 0;
  const style = { x: 'x', y: 'f1', stroke: colour, strokeWidth: 2 };
  return [
    Plot.line(isFree ? line.slice(1) : line, {
      ...style,
      strokeDasharray: dash,
      className: 'curve',
    }),
    Plot.line(isFree ? line.slice(0, 2) : [], { ...style, strokeDasharray: '1 4' }),
  ];
}

function captionOf({ points, curves, isPriced }: Drawing, report: Report): string {
  const [first, ...others] = curves;
  const line =
    others.length > 0 || !first
      ? 'Each line is a student that leaves its least sure rows to a teacher'
      : `The line is ${first.student}, which leaves its least sure rows to ${first.teacher}`;
  const rows = plural(Math.max(...curves.map(({ rows }) => rows)), 'row');
  const hasKnee = curves.some(({ knee }) => knee >= 0);
  const ofPeople = curves.some(
    ({ teacher }) => !report.models.some(({ name }) => name === teacher),
  );
  return [
    `${line}: from none of ${rows} to all of them. Around it is the ${intervalInWords(report)}, of each share alone.`,
    hasKnee && 'The ring is the knee, beyond which a further row wins less.',
    'Choose a share by other rows than these: the best of many is flattered.',
    ofPeople && 'People, by whom all are judged here, are right by definition.',
    `Higher is better, further left is ${isPriced ? 'cheaper' : 'less work for a teacher'}; upright lines are intervals.`,
    isPriced &&
      points.some(({ usd }) => !usd) &&
      'What is free or of unknown cost stands beside the scale.',
    !isPriced &&
      points.some(({ share }) => share === null) &&
      'What is no part of a cascade stands beside the scale.',
    points.length > 1 && 'Marks that would cover each other stand side by side.',
  ]
    .filter(Boolean)
    .join(' ');
}

function curveInWords(curve: Curve): string {
  const { points, knee } = curve;
  const at = (point: Curve['points'][number] | undefined) =>
    point ? `${formatNumber(point.f1)} at ${formatPercent(point.share)} of rows` : '';
  const bend = points[knee] ? `, ${at(points[knee])} (the knee)` : '';
  return `${nameOf(curve)}: ${at(points[0])}${bend}, ${at(points.at(-1))}`;
}

const pointInWords = ({ name, usd, f1 }: Point) =>
  `${name} ${formatNumber(f1)} at ${usd === null ? 'an unknown cost' : formatMoney(usd)}`;

const pointCells = ({ name, share, usd, f1, low, high, precision, recall }: Point): Cell[] => [
  name,
  share === null ? '' : formatPercent(share),
  formatMoney(usd),
  figureCell({ value: f1, low, high }),
  formatNumber(precision),
  formatNumber(recall),
];

const curveRows = (curve: Curve): Cell[][] =>
  pointsShown(curve).map((point) => [
    `${nameOf(curve)}${point.isKnee ? ' (the knee)' : ''}`,
    formatPercent(point.share),
    formatMoney(point.usd_per_1000),
    figureCell(f1OfPoint(point)),
    formatNumber(point.precision),
    formatNumber(point.recall),
  ]);
