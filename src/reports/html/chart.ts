import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeControls } from '../../text.js';
import { html, Markup } from './markup.js';
import { type Cell, type Column, table } from './table.js';

/** How one model is told from the others: by colour, mark and dash. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly symbol: Plot.SymbolType;
  readonly dash: string;
}

const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;
const DASHES = ['none', '7 3', '2 3', '9 3 2 3', '4 2', '12 4', '1 2'];

/** The colours are in the style sheet, for light and dark mode. */
export const seriesOf = (names: readonly string[]): Series[] =>
  names.map((name, i) => ({
    name,
    colour: `var(--series-${i % SYMBOLS.length})`,
    // The eighth has the colour of the first, but another mark and dash.
    symbol: SYMBOLS[(i + Math.floor(i / SYMBOLS.length)) % SYMBOLS.length] ?? 'circle',
    dash: DASHES[(i + Math.floor(i / SYMBOLS.length)) % DASHES.length] ?? 'none',
  }));

const NARROWEST = 5;

/** Pixels of a character in bold, in the widest of the usual fonts; nobody can measure one here. */
const CHARACTER_WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[ijl.,:;'|!()[\]/ -]/, NARROWEST],
  [/[frtI_]/, 6],
  [/[mwMW@%]|[^\0-\u{24ff}]/u, 13],
  [/[A-Z]/, 10],
  [/./su, 8.6],
];

/** How wide a name is drawn, or a little less wide. */
export const textWidth = (text: string): number =>
  Array.from(text)
    .map((character) => CHARACTER_WIDTHS.find(([kind]) => kind.test(character))?.[1] ?? 0)
    .reduce((sum, width) => sum + width, 0);

/**
 * A name cut to what a drawing has room for, hidden characters shown; the table has all of it. It
 * is cut in its middle, since names that begin alike end differently.
 *
 * @param width - pixels
 */
export function shorten(name: string, width: number): string {
  const shown = Array.from(escapeControls(name));
  let cut = shown.join('');
  // A name may be long, and each cut is measured anew: it begins where there can be room.
  const most = Math.min(shown.length - 1, Math.floor(width / NARROWEST));
  for (let kept = most; kept > 1 && textWidth(cut) > width; kept--) {
    const head = Math.ceil(kept / 2);
    cut = `${shown.slice(0, head).join('')}…${shown.slice(head - kept).join('')}`;
  }
  return cut;
}

/** Widths of a drawing in pixels, for a desktop and for a phone, so that its text never shrinks. */
export const WIDTHS = { full: { wide: 728, narrow: 343 }, half: { wide: 480, narrow: 343 } };

export const isNarrow = (width: number): boolean => width <= WIDTHS.full.narrow;

export interface Chart {
  readonly title: string;
  readonly caption: string | Markup;
  /** What a screen reader says for the drawing; the figures are in the table. */
  readonly label: string;
  readonly size: keyof typeof WIDTHS;
  readonly draw: (width: number) => Plot.PlotOptions;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly legend?: Markup | undefined;
}

/** The drawing at both widths, a caption, and the figures as a table. */
export function figure(chart: Chart): Markup {
  const { title, caption, label, size, draw, columns, rows, legend } = chart;
  const drawn = (['wide', 'narrow'] as const).map(
    (kind) =>
      html`<div class="chart ${kind}" role="img" aria-label="${label}">${drawSvg(draw(WIDTHS[size][kind]))}</div>`,
  );
  return html`<figure class="${size}">
<h3>${title}</h3>
${legend}${drawn}
<figcaption>${caption}</figcaption>
<details class="as-table"><summary>${title}: the figures as a table</summary>${table(title, columns, rows)}</details>
</figure>`;
}

/** Without Plot's own style element: the page's policy allows no other than the page's. */
function drawSvg(options: Plot.PlotOptions): Markup {
  const { document } = parseHTML('<html><body></body></html>');
  const svg = Plot.plot({ ...options, document });
  svg.querySelector('style')?.remove();
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  svg.removeAttribute('class');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('font-size', '12');
  for (const part of svg.querySelectorAll('*')) shortenNumbers(part);
  return new Markup(svg.outerHTML);
}

/** What is used of a DOM element; the project is compiled without a browser's types. */
interface SvgPart {
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
}

const PLACES = ['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'width', 'height'];

/** A hundredth of a pixel is enough; sixteen digits make the file three times as large. */
function shortenNumbers(part: SvgPart): void {
  for (const name of PLACES) {
    const value = part.getAttribute(name);
    if (value === null) continue;
    part.setAttribute(
      name,
      value.replace(/\d+\.\d{3,}/g, (long) => String(Number(Number(long).toFixed(2)))),
    );
  }
}

/** The line of each model, named. */
export const lineLegend = (series: readonly Series[], { mark = false } = {}): Markup =>
  html`<ul class="legend">${series.map(
    ({ name, colour, dash }) =>
      html`<li><svg width="30" height="10" aria-hidden="true"><line x1="0" y1="5" x2="30" y2="5" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>${mark && html`<circle cx="15" cy="5" r="3" fill="${colour}"/>`}</svg>${name}</li>`,
  )}</ul>`;
