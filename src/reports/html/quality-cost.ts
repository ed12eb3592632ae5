import * as Plot from '@observablehq/plot';
import type { ModelResult } from '../../analysis/report.js';
import { money, number } from '../words.js';
import { figure, type Series, seriesOf } from './chart.js';
import type { Markup } from './markup.js';
import { figureCell, numberColumn, textColumn } from './table.js';

interface Point extends Series {
  /** Dollars per 1,000 rows, or a place beside the axis where there is no such number. */
  readonly x: number;
  readonly usd: number | null;
  readonly f1: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The places beside the axis: models without a cost to the left, of unknown cost to the right. */
interface Axis {
  readonly free: number;
  readonly unknown: number;
  readonly domain: [number, number];
  readonly ticks: { readonly x: number; readonly text: string }[];
}

const HEIGHT = 380;
const MARGIN = { top: 24, right: 24, bottom: 48, left: 44 };
const LABEL_HEIGHT = 15;
/** So that a name does not lie on the front, which leaves its mark to the right. */
const ABOVE = 11;

/** Toxic F1 against what 1,000 rows cost, with intervals and the Pareto front. */
export function qualityCostChart(models: readonly ModelResult[]): Markup | null {
  const series = seriesOf(models.map(({ name }) => name));
  const axis = axisOf(models);
  const points = models.flatMap((model, i) => pointOf(model, series[i], axis) ?? []);
  if (points.length === 0) return null;
  const front = paretoFront(points);
  return figure({
    title: 'Quality and cost',
    caption: captionOf(points, front),
    label: `Toxic F1 against the cost of 1,000 rows. ${points.map(inWords).join('; ')}.`,
    size: 'full',
    draw: (width) => draw(points, front, axis, width),
    columns: [
      textColumn('model'),
      numberColumn('$ per 1,000 rows'),
      numberColumn('toxic F1'),
      textColumn('on the Pareto front'),
    ],
    rows: points.map((point) => [
      point.name,
      money(point.usd),
      figureCell({ value: point.f1, low: point.low, high: point.high }),
      front.includes(point) ? 'yes' : 'no',
    ]),
  });
}

function axisOf(models: readonly ModelResult[]): Axis {
  const costs = models.flatMap(({ cost }) => (cost.per_1000_rows ? [cost.per_1000_rows] : []));
  const low = 10 ** Math.floor(Math.log10(Math.min(1, ...costs.map((usd) => usd * 0.7))));
  const high = 10 ** Math.ceil(Math.log10(Math.max(low * 10, ...costs.map((usd) => usd * 1.4))));
  const decades = Math.round(Math.log10(high / low));
  const beside = 10 ** Math.max(0.5, decades * 0.16);
  const hasFree = models.some(({ cost }) => cost.per_1000_rows === 0);
  const hasUnknown = models.some(({ cost }) => cost.per_1000_rows === null);
  const free = low / beside;
  const unknown = high * beside;
  const step = Math.ceil(decades / 6);
  const priced = Array.from({ length: Math.floor(decades / step) + 1 }, (_, i) => {
    const x = low * 10 ** (i * step);
    return { x, text: money(Number(x.toPrecision(1))) };
  });
  return {
    free,
    unknown,
    domain: [hasFree ? free / beside ** 0.5 : low, hasUnknown ? unknown * beside ** 0.5 : high],
    ticks: [
      ...(hasFree ? [{ x: free, text: 'free' }] : []),
      ...(costs.length > 0 ? priced : []),
      ...(hasUnknown ? [{ x: unknown, text: 'unknown' }] : []),
    ],
  };
}

function pointOf({ cost, figures, is_truth }: ModelResult, series: Series | undefined, axis: Axis) {
  const { value, low, high } = figures.toxic.f1;
  if (!series || value === null || is_truth) return undefined;
  const usd = cost.per_1000_rows;
  const x = usd === null ? axis.unknown : usd === 0 ? axis.free : usd;
  return { ...series, x, usd, f1: value, low, high };
}

/** The models that no other beats on cost without losing quality; an unknown cost is on no front. */
function paretoFront(points: readonly Point[]): Point[] {
  const known = points.filter(({ usd }) => usd !== null);
  const byCost = known.toSorted((a, b) => a.x - b.x || b.f1 - a.f1);
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
  axis: Axis,
  width: number,
): Plot.PlotOptions {
  const [bottom, top] = f1Domain(points);
  const inner = {
    width: width - MARGIN.left - MARGIN.right,
    height: HEIGHT - MARGIN.top - MARGIN.bottom,
  };
  const [from, to] = axis.domain.map(Math.log10) as [number, number];
  const placed = placeLabels(
    points.map((point) => ({
      point,
      px: MARGIN.left + ((Math.log10(point.x) - from) / (to - from)) * inner.width,
      py: MARGIN.top + (1 - (point.f1 - bottom) / (top - bottom)) * inner.height,
    })),
    width,
  );
  const priced = points.some(({ usd }) => usd);
  return {
    width,
    height: HEIGHT,
    marginTop: MARGIN.top,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    x: { type: 'log', domain: axis.domain, axis: null },
    y: { domain: [bottom, top], label: 'toxic F1', labelArrow: 'none', grid: true, ticks: 6 },
    symbol: { type: 'identity' },
    marks: [
      // Text given outright: as a tick format, d3 leaves some of a log scale's labels out.
      Plot.axisX(
        axis.ticks.map(({ x }) => x),
        {
          text: axis.ticks.map(({ text }) => text),
          label: priced ? 'dollars per 1,000 rows, log scale' : 'cost',
          labelAnchor: 'center',
          labelArrow: 'none',
        },
      ),
      Plot.line(front, {
        x: 'x',
        y: 'f1',
        curve: 'step-after',
        stroke: 'var(--muted)',
        strokeDasharray: '4 4',
        strokeWidth: 1.25,
      }),
      Plot.ruleX(
        points.filter(({ low, high }) => low !== null && high !== null),
        { x: 'x', y1: 'low', y2: 'high', stroke: 'colour', strokeWidth: 2, className: 'error-bar' },
      ),
      Plot.dot(points, {
        x: 'x',
        y: 'f1',
        fill: 'colour',
        symbol: 'symbol',
        r: 6,
        stroke: 'var(--page)',
        strokeWidth: 1.5,
        className: 'point',
      }),
      ...placed.map(({ point, dx, dy, anchor }) =>
        Plot.text([point], {
          x: 'x',
          y: 'f1',
          text: 'name',
          dx,
          dy,
          textAnchor: anchor,
          lineAnchor: 'middle',
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

interface Label {
  readonly point: Point;
  readonly px: number;
  readonly py: number;
}

/** Names to the right of their marks, or to the left near the edge, just above them, moved down off each other. */
function placeLabels(labels: readonly Label[], width: number) {
  const taken: { left: number; right: number; y: number }[] = [];
  return labels
    .toSorted((a, b) => a.py - b.py)
    .map(({ point, px, py }) => {
      const length = point.name.length * 7.2 + 12;
      const isLeft = px + length > width - 4;
      const left = isLeft ? px - length : px;
      const right = left + length;
      let y = py - ABOVE;
      for (const other of taken) {
        const meets = left < other.right && right > other.left;
        if (meets && y < other.y + LABEL_HEIGHT && y > other.y - LABEL_HEIGHT) {
          y = other.y + LABEL_HEIGHT;
        }
      }
      taken.push({ left, right, y });
      return {
        point,
        dx: isLeft ? -11 : 11,
        dy: y - py,
        anchor: isLeft ? 'end' : 'start',
      } as const;
    });
}

function captionOf(points: readonly Point[], front: readonly Point[]): string {
  const unknown = points.filter(({ usd }) => usd === null).map(({ name }) => name);
  const free = points.filter(({ usd }) => usd === 0).map(({ name }) => name);
  return [
    'Higher is better, further left is cheaper. Vertical lines are intervals.',
    front.length > 1
      ? 'The dashed line is the Pareto front: no model is both cheaper and better than those on it.'
      : '',
    free.length > 0
      ? `Nothing is charged for ${free.join(', ')}: beside the axis on the left.`
      : '',
    unknown.length > 0
      ? `What ${unknown.join(', ')} costs is not known: beside the axis on the right.`
      : '',
  ]
    .filter(Boolean)
    .join(' ');
}

const inWords = ({ name, usd, f1 }: Point) =>
  `${name} ${number(f1)} at ${usd === null ? 'an unknown cost' : money(usd)}`;
