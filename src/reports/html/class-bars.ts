import * as Plot from '@observablehq/plot';
import type { ModelResult } from '../../analysis/report/model.js';
import type { Report } from '../../analysis/report/report.js';
import { formatCount, formatNumber } from '../../format.js';
import { figure, isNarrow, seriesOf, shorten, textWidth } from './chart.js';
import { html, type Markup } from './markup.js';
import { figureCell, numberColumn, textColumn } from './table.js';

const CLASSES = ['positive', 'negative'] as const;
const MEASURES = [
  { key: 'precision', title: 'Precision: share of its calls that are correct' },
  { key: 'recall', title: 'Recall: share of these rows that it finds' },
  { key: 'f1', title: 'F1: harmonic mean of the two' },
] as const;

const BAR_HEIGHT = 24;
const TITLE_HEIGHT = 30;

/** Precision, recall and F1 of each class, a bar per model with its interval. */
export function classBars({ models, task }: Report): Markup {
  const judged = models.filter(({ is_truth }) => !is_truth);
  return html`<div class="pair">${CLASSES.map((key) => classChart(judged, models, key, `The class ${task.labels[key]}`))}</div>`;
}

function classChart(
  judged: readonly ModelResult[],
  models: readonly ModelResult[],
  key: 'positive' | 'negative',
  title: string,
): Markup {
  const series = seriesOf(models.map(({ name }) => name));
  const bars = judged.flatMap((model) =>
    MEASURES.map((measure) => ({
      name: model.name,
      measure: measure.title,
      colour: series.find(({ name }) => name === model.name)?.colour ?? 'currentColor',
      ...model.figures[key][measure.key],
    })),
  );
  return figure({
    title,
    caption: 'The line on a bar is its interval.',
    label: `${title}. ${judged
      .map(({ name, figures }) => `${name}: F1 ${formatNumber(figures[key].f1.value)}`)
      .join('; ')}.`,
    size: 'half',
    draw: (width) =>
      draw(
        bars,
        judged.map(({ name }) => name),
        width,
      ),
    columns: [textColumn('model'), ...['precision', 'recall', 'F1', 'rows'].map(numberColumn)],
    rows: judged.map(({ name, figures }) => [
      name,
      ...MEASURES.map((measure) => figureCell(figures[key][measure.key])),
      formatCount(figures[key].support),
    ]),
  });
}

interface Bar {
  readonly name: string;
  readonly measure: string;
  readonly colour: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

function draw(bars: readonly Bar[], names: readonly string[], width: number): Plot.PlotOptions {
  const short = (name: string) => shorten(name, isNarrow(width) ? 125 : 150);
  const marginLeft = Math.round(Math.max(...names.map((name) => textWidth(short(name)))) + 12);
  const inside = names.length * BAR_HEIGHT;
  const drawn = bars.filter(({ value }) => value !== null);
  return {
    width,
    height: MEASURES.length * (inside + TITLE_HEIGHT) + 28,
    marginLeft,
    marginRight: 58,
    marginTop: TITLE_HEIGHT,
    marginBottom: 28,
    x: { domain: [0, 1], label: null, ticks: 5 },
    y: {
      domain: [...names],
      label: null,
      padding: 0.25,
      tickSize: 0,
      tickFormat: short,
    },
    fy: {
      domain: MEASURES.map(({ title }) => title),
      axis: null,
      padding: TITLE_HEIGHT / (inside + TITLE_HEIGHT),
    },
    marks: [
      Plot.gridX({ ticks: 5, stroke: 'currentColor', strokeOpacity: 0.12 }),
      Plot.barX(drawn, { x: 'value', y: 'name', fy: 'measure', fill: 'colour', fillOpacity: 0.55 }),
      Plot.ruleX([0], { stroke: 'currentColor', strokeOpacity: 0.5 }),
      Plot.ruleY(
        drawn.filter(({ low, high }) => low !== null && high !== null),
        { x1: 'low', x2: 'high', y: 'name', fy: 'measure', strokeWidth: 2, className: 'error-bar' },
      ),
      Plot.text(bars, {
        y: 'name',
        fy: 'measure',
        text: ({ value }: Bar) => formatNumber(value),
        frameAnchor: 'right',
        dx: 54,
        fontVariant: 'tabular-nums',
      }),
      Plot.text(
        MEASURES.map(({ title }) => title),
        {
          fy: (title: string) => title,
          text: (title: string) => title,
          frameAnchor: 'top-left',
          dx: -marginLeft,
          dy: -18,
          fontWeight: 600,
        },
      ),
    ],
  };
}
