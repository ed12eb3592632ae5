import * as Plot from '@observablehq/plot';
import type { ModelResult } from '../../analysis/report/model.js';
import type { Report } from '../../analysis/report/report.js';
import { formatCount, formatNumber } from '../../format.js';
import { figure, lineLegend, type Series, seriesOf } from './chart.js';
import { html, type Markup } from './markup.js';
import { numberColumn, textColumn } from './table.js';

type Curves = NonNullable<ModelResult['curves']>;
type Curve = Series & Curves;

const SIZE = { height: 340, marginTop: 24, marginRight: 16, marginBottom: 44, marginLeft: 44 };
/** More points than a drawing can show only make the file large. */
const POINTS_DRAWN = 300;
const POINTS_TABLED = 20;

/** Precision-recall and reliability curves; nothing without scores. */
export function curveCharts({ models, task }: Report): Markup | null {
  const { positive } = task.labels;
  const series = seriesOf(models.map(({ name }) => name));
  const curves = models.flatMap((model, i) => {
    const own = series[i];
    return model.curves && own ? [{ ...own, ...model.curves }] : [];
  });
  if (curves.length === 0) return null;
  const probable = curves.filter(({ reliability }) => reliability.length > 0);
  return html`<div class="pair">${precisionRecall(curves, positive)}${probable.length > 0 && reliability(probable, positive)}</div>`;
}

function precisionRecall(curves: readonly Curve[], positive: string): Markup {
  const points = (limit: number) =>
    curves.flatMap(({ name, colour, dash, precision_recall }) =>
      thin(precision_recall, limit).map((point) => ({ name, colour, dash, ...point })),
    );
  return figure({
    title: 'Precision and recall',
    caption: `Each point is a threshold: the score from which a row is called ${positive}.`,
    label: `Precision against recall at every threshold, for ${namesOf(curves)}.`,
    size: 'half',
    legend: lineLegend(curves),
    draw: (width) => ({
      ...SIZE,
      width,
      x: axis('recall'),
      y: axis('precision'),
      marks: curves.map(({ colour, dash, precision_recall }) =>
        Plot.line(thin(precision_recall, POINTS_DRAWN), {
          x: 'recall',
          y: 'precision',
          curve: 'step-before',
          stroke: colour,
          strokeWidth: 2,
          strokeDasharray: dash,
        }),
      ),
    }),
    columns: [
      textColumn('model'),
      numberColumn('threshold'),
      numberColumn('precision'),
      numberColumn('recall'),
    ],
    rows: points(POINTS_TABLED).map(({ name, threshold, precision, recall }) => [
      name,
      formatNumber(threshold, 4),
      formatNumber(precision),
      formatNumber(recall),
    ]),
  });
}

function reliability(curves: readonly Curve[], positive: string): Markup {
  return figure({
    title: 'Reliability of the scores',
    caption: `Rows by score, in ten bins. On the diagonal, 8 of 10 rows with a score of 0.8 are ${positive}; below it, scores are too high.`,
    label: `Share of ${positive} rows against mean score, in ten bins, for ${namesOf(curves)}.`,
    size: 'half',
    legend: lineLegend(curves, { mark: true }),
    draw: (width) => ({
      ...SIZE,
      width,
      x: axis('mean score'),
      y: axis(`share that is ${positive}`),
      symbol: { type: 'identity' },
      marks: [
        Plot.line([0, 1], { x: (d: number) => d, y: (d: number) => d, stroke: 'var(--muted)' }),
        ...curves.flatMap(({ colour, dash, symbol, reliability }) => [
          Plot.line(reliability, {
            x: 'mean_score',
            y: 'positive_rate',
            stroke: colour,
            strokeWidth: 2,
            strokeDasharray: dash,
          }),
          Plot.dot(reliability, {
            x: 'mean_score',
            y: 'positive_rate',
            fill: colour,
            symbol,
            r: 4,
          }),
        ]),
      ],
    }),
    columns: [
      textColumn('model'),
      numberColumn('mean score'),
      numberColumn(`share that is ${positive}`),
      numberColumn('rows'),
    ],
    rows: curves.flatMap(({ name, reliability }) =>
      reliability.map(({ mean_score, positive_rate, n }) => [
        name,
        formatNumber(mean_score),
        formatNumber(positive_rate),
        formatCount(n),
      ]),
    ),
  });
}

const namesOf = (curves: readonly Curve[]) => curves.map(({ name }) => name).join(', ');

const axis = (label: string): Plot.ScaleOptions => ({
  domain: [0, 1],
  label,
  labelArrow: 'none',
  ...(label.startsWith('share') || label === 'precision' ? {} : { labelAnchor: 'center' }),
  ticks: 5,
  grid: true,
  nice: false,
});

/** At most so many points, evenly by place, the first and the last among them. */
function thin<T>(points: readonly T[], limit: number): T[] {
  if (points.length <= limit) return [...points];
  const step = (points.length - 1) / (limit - 1);
  return Array.from({ length: limit }, (_, i) => points[Math.round(i * step)]).flatMap((point) =>
    point === undefined ? [] : [point],
  );
}
