import { coefficientParts, formatParts, type Measured } from '../../format.js';
import { html, type Markup } from './markup.js';

export type Cell = Markup | string | number | null;

export interface Column {
  readonly head: string;
  /** Numbers stand to the right, text to the left. */
  readonly isText?: boolean;
}

/** A table that scrolls within itself where it is too wide, by keyboard too. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Markup {
  const heads = columns.map(
    ({ head, isText }) => html`<th scope="col" class="${isText ? 'text' : 'num'}">${head}</th>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption class="hidden">${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>${rows.map((cells) => tableRow(columns, cells))}</tbody>
</table></div>`;
}

function tableRow(columns: readonly Column[], cells: readonly Cell[]): Markup {
  const [first, ...others] = cells;
  const rest = others.map(
    (cell, i) => html`<td class="${columns[i + 1]?.isText ? 'text' : 'num'}">${cell}</td>`,
  );
  return html`<tr><th scope="row" class="${columns[0]?.isText ? 'text' : 'num'}">${first}</th>${rest}</tr>\n`;
}

/** A figure with its interval in smaller type. */
export const figureCell = (figure: Measured): Markup => partsCell(formatParts(figure));

/** The same of a coefficient. */
export const coefficientCell = (figure: Measured): Markup => partsCell(coefficientParts(figure));

const partsCell = ({ value, interval }: ReturnType<typeof formatParts>) =>
  html`${value}${interval && html` <span class="interval">${interval}</span>`}`;

export const textColumn = (head: string): Column => ({ head, isText: true });
export const numberColumn = (head: string): Column => ({ head });
