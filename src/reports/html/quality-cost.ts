import * as Plot from '@observablehq/plot';
import type { ModelResult, Report } from '../../analysis/report.js';
import { formatMoney, formatNumber } from '../../format.js';
import { capitalised, f1Name } from '../words.js';
import { figure, isNarrow, type Series, seriesOf, shorten } from './chart.js';
import { type CostAxis, costAxis } from './cost-axis.js';
import { type Box, placeLabels } from './labels.js';
import type { Markup } from './markup.js';
import { figureCell, numberColumn, textColumn } from './table.js';

interface Point extends Series {
  /** Dollars per 1,000 rows; null where unknown. */
  readonly usd: number | null;
  readonly f1: number;
  readonly low: number | null;
  readonly high: number | null;
}

const HEIGHT = 380;
const MARGIN = { top: 24, right: 28, bottom: 48, left: 44 };
const MARK_RADIUS = 6;

const longestName = (width: number) => (isNarrow(width) ? 14 : 30);

/** The F1 of the positive class against what 1,000 rows cost, with intervals and the Pareto front. */
export function qualityCostChart(report: Report): Markup | null {
  const { models } = report;
  const f1 = f1Name(report);
  const series = seriesOf(models.map(({ name }) => name));
  const points = models.flatMap((model, i) => pointOf(model, series[i]) ?? []);
  if (points.length === 0) return null;
  const front = paretoFront(points);
  return figure({
    title: 'Quality and cost',
    caption: captionOf(points, front),
    label: `${capitalised(f1)} against the cost of 1,000 rows. ${points.map(inWords).join('; ')}.`,
    size: 'full',
    draw: (width) => draw(points, front, f1, width),
    columns: [
      textColumn('model'),
      numberColumn('$ per 1,000 rows'),
      numberColumn(f1),
      textColumn('on the Pareto front'),
    ],
    rows: points.map((point) => [
      point.name,
      formatMoney(point.usd),
      figureCell({ value: point.f1, low: point.low, high: point.high }),
      front.includes(point) ? 'yes' : 'no',
    ]),
  });
}

function pointOf({ cost, figures, is_truth }: ModelResult, series: Series | undefined) {
  const { value, low, high } = figures.positive.f1;
  if (!series || value === null || is_truth) return undefined;
  return { ...series, usd: cost.per_1000_rows, f1: value, low, high };
}

/** The models that no cheaper one equals in quality; a model of unknown cost is never among them. */
function paretoFront(points: readonly Point[]): Point[] {
  const known = points.filter(({ usd }) => usd !== null);
  const byCost = known.toSorted((a, b) => (a.usd ?? 0) - (b.usd ?? 0) || b.f1 - a.f1);
  let best = Number.NEGATIVE_INFINITY;
  return byCost.filter(({ f1 }) => {
    if (f1 <= best) return false;
    best = f1;
    return true;
  });
}

function draw(
  points: readonly Point[],
  front: readonly Point[],
  f1: string,
  width: number,
): Plot.PlotOptions {
  const axis = costAxis(
    points.map(({ usd }) => usd),
    isNarrow(width) ? 3 : 6,
  );
  const domain = f1Domain(points);
  const x = ({ usd }: Point) => axis.place(usd);
  const isPriced = points.some(({ usd }) => usd);
  return {
    width,
    height: HEIGHT,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    x: { type: 'log', domain: axis.domain, axis: null },
    y: { domain, label: f1, labelArrow: 'none', grid: true, ticks: 6 },
    symbol: { type: 'identity' },
    marks: [
      // Text given outright: as a tick format, d3 leaves some of a log scale's labels out.
      Plot.axisX(
        axis.ticks.map(({ x }) => x),
        {
          text: axis.ticks.map(({ text }) => text),
          label: isPriced ? 'dollars per 1,000 rows, log scale' : 'cost',
          labelAnchor: 'center',
          labelArrow: 'none',
        },
      ),
      Plot.line(front, {
        x,
        y: 'f1',
        curve: 'step-after',
        stroke: 'var(--muted)',
        strokeDasharray: '4 4',
      }),
      Plot.ruleX(
        points.filter(({ low, high }) => low !== null && high !== null),
        { x, y1: 'low', y2: 'high', stroke: 'colour', strokeWidth: 2, className: 'error-bar' },
      ),
      Plot.dot(points, {
        x,
        y: 'f1',
        fill: 'colour',
        symbol: 'symbol',
        r: MARK_RADIUS,
        stroke: 'var(--page)',
        strokeWidth: 1.5,
        className: 'point',
      }),
      ...placed(points, axis, domain, width).map(({ point, dx, dy, anchor }) =>
        Plot.text([point], {
          x,
          y: 'f1',
          text: ({ name }: Point) => shorten(name, longestName(width)),
          dx,
          dy,
          textAnchor: anchor,
          fill: 'currentColor',
          stroke: 'var(--page)',
          strokeWidth: 4,
          fontWeight: 600,
        }),
      ),
    ],
  };
}

/** A whole tenth below the lowest interval and above the highest, within 0 and 1. */
function f1Domain(points: readonly Point[]): [number, number] {
  const lows = points.map(({ low, f1 }) => low ?? f1);
  const highs = points.map(({ high, f1 }) => high ?? f1);
  return [
    Math.max(0, Math.floor(Math.min(...lows) * 10 - 0.2) / 10),
    Math.min(1, Math.ceil(Math.max(...highs) * 10 + 0.2) / 10),
  ];
}

function placed(
  points: readonly Point[],
  axis: CostAxis,
  [bottom, top]: [number, number],
  width: number,
) {
  const frame: Box = {
    left: MARGIN.left,
    right: width - 4,
    top: MARGIN.top,
    bottom: HEIGHT - MARGIN.bottom,
  };
  const [from, to] = [Math.log10(axis.domain[0]), Math.log10(axis.domain[1])];
  const inner = width - MARGIN.left - MARGIN.right;
  const left = ({ usd }: Point) =>
    MARGIN.left + ((Math.log10(axis.place(usd)) - from) / (to - from)) * inner;
  const down = (f1: number) =>
    frame.top + (1 - (f1 - bottom) / (top - bottom)) * (frame.bottom - frame.top);
  const around = (x: number, y1: number, y2: number, half: number): Box => ({
    left: x - half,
    right: x + half,
    top: y1,
    bottom: y2,
  });
  const anchors = points.map((point) => {
    const [x, y] = [left(point), down(point.f1)];
    return {
      name: shorten(point.name, longestName(width)),
      x,
      y,
      covers: [
        around(x, y - MARK_RADIUS, y + MARK_RADIUS, MARK_RADIUS),
        around(x, down(point.high ?? point.f1), down(point.low ?? point.f1), 3),
      ],
    };
  });
  const places = placeLabels(anchors, frame);
  return points.flatMap((point, i) => {
    const place = places[i];
    return place ? [{ point, ...place }] : [];
  });
}

function captionOf(points: readonly Point[], front: readonly Point[]): string {
  const namesOf = (cost: number | null) =>
    points.filter(({ usd }) => usd === cost).map(({ name }) => name);
  const [free, unknown] = [namesOf(0), namesOf(null)];
  return [
    'Higher is better, further left is cheaper. Vertical lines are intervals.',
    front.length > 1 &&
      'The dashed line is the Pareto front: no other model is both cheaper and better than one on it.',
    free.length > 0 &&
      (free.length === points.length
        ? 'All models are free.'
        : `Free, so left of the scale: ${free.join(', ')}.`),
    unknown.length > 0 && `Cost unknown, so right of the scale: ${unknown.join(', ')}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

const inWords = ({ name, usd, f1 }: Point) =>
  `${name} ${formatNumber(f1)} at ${usd === null ? 'an unknown cost' : formatMoney(usd)}`;
