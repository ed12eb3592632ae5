import * as Plot from '@observablehq/plot';
import type { Series } from './chart.js';
import { MARK_RADIUS } from './flags.js';
import type { Laid, Measurement, Place } from './quality-cost-layout.js';

interface Parts {
  readonly width: number;
  /** Of the axes. */
  readonly labels: { readonly x: string; readonly y: string };
  readonly bands: Laid['axis']['bands'];
  /** Drawn beneath the marks of the models, and above them but for the names. */
  readonly under: readonly Plot.Markish[];
  readonly over?: readonly Plot.Markish[];
}

/** The marks of models with their intervals and names, on an axis that was laid out in pixels. */
export function qualityPlot(
  { height, margin, domain, axis }: Laid,
  placed: readonly (Series & Measurement & Place)[],
  { width, labels, bands, under, over = [] }: Parts,
): Plot.PlotOptions {
  return {
    width,
    height,
    marginTop: margin.top,
    marginRight: margin.right,
    marginBottom: margin.bottom,
    marginLeft: margin.left,
    // Its scale is of the axis that was laid out.
    x: { domain: [margin.left, width - margin.right], axis: null },
    y: { domain, label: labels.y, labelArrow: 'none', grid: true, ticks: 6 },
    symbol: { type: 'identity' },
    marks: [
      Plot.rect(bands, { x1: 'from', x2: 'to', fill: 'var(--tint)' }),
      Plot.axisX(
        axis.ticks.map(({ x }) => x),
        {
          text: axis.ticks.map(({ text }) => text),
          label: labels.x,
          labelAnchor: 'center',
          labelArrow: 'none',
        },
      ),
      ...under,
      leaders(placed, 'pole'),
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
      ...over,
      namesOf(placed, 'flag'),
    ],
  };
}

/** The lines from marks to their names. */
export const leaders = (marks: readonly object[], className: string): Plot.Markish =>
  Plot.ruleX(marks, { x: 'x', y1: 'f1', y2: 'poleTop', stroke: 'colour', className });

/** Names where they were laid out, with a rim of the page's colour where they lie on something. */
export const namesOf = (marks: readonly Place[], className: string): Plot.Markish =>
  Plot.text(marks, {
    x: 'left',
    y: 'middle',
    text: 'short',
    textAnchor: 'start',
    fill: 'currentColor',
    stroke: 'var(--page)',
    strokeWidth: 4,
    fontWeight: 600,
    className,
  });
