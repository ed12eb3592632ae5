import { coefficientParts, formatParts, type Measured } from '../../format.js';
import { html, type Markup } from './markup.js';

export type Cell = Markup | string | number | null;

export interface Column {
  readonly head: string;
  readonly isText?: boolean;
}

/** A longer table stays one on a phone too, and scrolls within itself. */
const MOST_CARDS = 10;
/** Pixels of a column, roughly, and what a phone and a tablet have room for. */
const WIDTHS = { text: 140, num: 85 };
const ROOM = { phone: 400, tablet: 700 };

/** From which width on it is a table: the style sheet has the rules. */
function kindOf(columns: readonly Column[], rows: number): string {
  if (rows > MOST_CARDS) return 'long';
  const width = columns.reduce((sum, column) => sum + WIDTHS[alignmentOf(column)], 0);
  if (width > ROOM.tablet) return 'cards wide';
  return width > ROOM.phone ? 'cards' : 'small';
}

/** Numbers stand to the right, text to the left. */
const alignmentOf = (column: Column | undefined) => (column?.isText ? 'text' : 'num');

/**
 * A table, by which a screen too narrow for it shows each row as a card. The roles keep it a table
 * for a screen reader, whatever the style sheet makes of it.
 */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Markup {
  const heads = columns.map(
    (column) =>
      html`<th role="columnheader" scope="col" class="${alignmentOf(column)}">${column.head}</th>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table role="table" class="${kindOf(columns, rows.length)}">
<caption class="hidden">${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">${rows.map((cells) => tableRow(columns, cells))}</tbody>
</table></div>`;
}

function tableRow(columns: readonly Column[], cells: readonly Cell[]): Markup {
  const [first, ...others] = cells;
  const rest = others.map((cell, i) => {
    const column = columns[i + 1];
    return html`<td role="cell" data-label="${column?.head}" class="${alignmentOf(column)}">${cell}</td>`;
  });
  return html`<tr role="row"><th role="rowheader" scope="row" class="${alignmentOf(columns[0])}">${first}</th>${rest}</tr>\n`;
}

/** A figure with its interval in smaller type. */
export const figureCell = (figure: Measured): Markup => partsCell(formatParts(figure));

/** The same of a coefficient. */
export const coefficientCell = (figure: Measured): Markup => partsCell(coefficientParts(figure));

const partsCell = ({ value, interval }: ReturnType<typeof formatParts>) =>
  html`${value}${interval && html` <span class="interval">${interval}</span>`}`;

export const textColumn = (head: string): Column => ({ head, isText: true });
export const numberColumn = (head: string): Column => ({ head });
