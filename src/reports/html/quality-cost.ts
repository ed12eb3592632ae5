import * as Plot from '@observablehq/plot';
import type { ModelResult } from '../../analysis/report/model.js';
import type { Report } from '../../analysis/report/report.js';
import { formatMoney, formatNumber } from '../../format.js';
import { capitalised, f1Name, onLabelledRows } from '../words.js';
import { figure, type Series, seriesOf } from './chart.js';
import { fromFreeToDear, type Priced } from './cost-axis.js';
import type { Markup } from './markup.js';
import { layOut, type Measurement } from './quality-cost-layout.js';
import { qualityPlot } from './quality-plot.js';
import { figureCell, numberColumn, textColumn } from './table.js';

interface OnFront {
  /**
   * Whether no cheaper model equals it in quality, and none of its cost is better; one of unknown cost
   * never counts.
   */
  readonly isOnFront: boolean;
}

type Point = Series & Measurement & OnFront;

/** The F1 of the positive class against what 1,000 rows cost, with intervals and the Pareto front. */
export function qualityCostChart(report: Report): Markup | null {
  const { models } = report;
  const f1 = f1Name(report);
  const series = seriesOf(models.map(({ name }) => name));
  const points = withFront(
    fromFreeToDear(models.flatMap((model, i) => pointOf(model, series[i]) ?? [])),
  );
  if (points.length === 0) return null;
  return figure({
    title: `Quality and cost${onLabelledRows(report)}`,
    caption: captionOf(points),
    label: `${capitalised(f1)} against the cost of 1,000 rows. ${points.map(inWords).join('; ')}.`,
    size: 'full',
    draw: (width) => draw(points, f1, width),
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
      point.isOnFront ? 'yes' : 'no',
    ]),
  });
}

function pointOf({ cost, figures, is_truth }: ModelResult, series: Series | undefined) {
  const { value, low, high } = figures.positive.f1;
  if (!series || value === null || is_truth) return undefined;
  return { ...series, usd: cost.per_1000_rows, f1: value, low, high };
}

/** Says of each point whether it is on the Pareto front; of equal ones all are, or none. */
export const withFront = <P extends Priced>(points: readonly P[]): (P & OnFront)[] =>
  points.map((point) => ({
    ...point,
    isOnFront:
      point.usd !== null && !points.some((other) => other.usd !== null && beats(other, point)),
  }));

const beats = (a: Priced, b: Priced) =>
  costOf(a) <= costOf(b) && a.f1 >= b.f1 && (costOf(a) < costOf(b) || a.f1 > b.f1);

const costOf = ({ usd }: Priced) => usd ?? Number.POSITIVE_INFINITY;

function draw(points: readonly Point[], f1: string, width: number): Plot.PlotOptions {
  const { placed, ...laid } = layOut(points, width);
  const { bands } = laid.axis;
  const isPriced = points.some(({ usd }) => usd);
  return qualityPlot(laid, placed, {
    width,
    labels: { x: isPriced ? 'dollars per 1,000 rows, log scale' : 'cost', y: f1 },
    bands: isPriced || bands.length > 1 ? bands : [],
    under: [
      Plot.line(
        placed.filter(({ isOnFront }) => isOnFront),
        {
          x: 'x',
          y: 'f1',
          curve: 'step-after',
          stroke: 'var(--muted)',
          strokeDasharray: '4 4',
        },
      ),
    ],
  });
}

function captionOf(points: readonly Point[]): string {
  const isPriced = points.some(({ usd }) => usd);
  const hasOthers = points.some(({ usd }) => !usd);
  return [
    isPriced
      ? 'Higher is better, further left is cheaper; upright lines are intervals.'
      : 'Higher is better; nothing here has a price, so the best stands first. Upright lines are intervals.',
    points.filter(({ isOnFront }) => isOnFront).length > 1 &&
      'The dashed line is the Pareto front: no other model is both cheaper and better than one on it.',
    isPriced && hasOthers && 'What is free or of unknown cost stands beside the scale.',
    isPriced && points.length > 1 && 'Marks that would cover each other stand side by side.',
  ]
    .filter(Boolean)
    .join(' ');
}

const inWords = ({ name, usd, f1 }: Point) =>
  `${name} ${formatNumber(f1)} at ${usd === null ? 'an unknown cost' : formatMoney(usd)}`;
