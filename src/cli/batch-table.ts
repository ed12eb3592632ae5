import { formatCount } from '../format.js';
import type { BatchStanding } from '../run/asked.js';
import { redact } from '../secrets/redact.js';
import { escapeControls } from '../text.js';
import type { Table } from './progress.js';

const MOST_ROWS = 10;
const SHORTEST_ID = 9;

const HEADINGS = ['batch', 'status', 'done', 'failed', 'total', 'since (UTC)'];
/** Columns of words; the others are of numbers. */
const WORDS = new Set(['batch', 'status', 'since (UTC)']);

/** Batches that have not ended, one a line: what does not fit is counted on the last. */
export const batchTable =
  (standings: readonly BatchStanding[]): Table =>
  ({ columns, lines }) => {
    if (standings.length === 0) return [];
    const most = Math.max(0, Math.min(MOST_ROWS, lines - 2));
    const shown = standings.slice(0, most);
    const more = standings.length - shown.length;
    const cells = [HEADINGS, ...shown.map(cellsOf)];
    const rows = align(cells, columns);
    return more > 0 ? [...rows, `and ${formatCount(more)} more`] : rows;
  };

/** A server says what a batch is called and how it is. */
const safe = (text: string) => escapeControls(redact(text));

const cellsOf = ({ id, status, done, failed, total, since }: BatchStanding): string[] => [
  safe(id),
  safe(status),
  ...[done, failed, total].map(formatCount),
  since.slice(5, 16).replace('T', ' '),
];

/** Sets cells one below the other; where they are too wide, ids are cut in their middle. */
function align(rows: readonly (readonly string[])[], columns: number): string[] {
  const widths = HEADINGS.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const [widest = 0, ...others] = widths;
  const left = columns - others.reduce((sum, width) => sum + width + 2, 0);
  widths[0] = Math.min(widest, Math.max(SHORTEST_ID, left));
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const width = widths[i] ?? 0;
        if (i === 0) return shorten(cell, width).padEnd(width);
        return WORDS.has(HEADINGS[i] ?? '') ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .slice(0, columns),
  );
}

function shorten(id: string, width: number): string {
  if (id.length <= width) return id;
  const end = Math.floor((width - 1) / 2);
  return `${id.slice(0, width - 1 - end)}…${id.slice(id.length - end)}`;
}
