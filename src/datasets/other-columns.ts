import type { Cell } from '../sample.js';

/** Longer cells are cut: a column is for what rows are told apart by, not for more texts. */
const LONGEST_CELL = 1_000;
const CUT = '…';

/** Further columns stay behind, so that no row grows without bound. */
export const MOST_COLUMNS = 100;

/** What a row of labels has of its own. Of a file of labels these are no user's columns. */
const LABEL_KEYS: ReadonlySet<string> = new Set([
  ...['prediction', 'true_label', 'origin', 'ds_original_idx', 'columns', 'score', 'categories'],
  ...['answered_by', 'student_score', 'model', 'provider', 'prompt', 'dataset', 'split', 'run'],
  ...['usage', 'prompt_tokens', 'completion_tokens', 'cost_usd', 'latency_ms'],
]);

/**
 * The cells of the columns that a sample has no name of its own for, such as `comment_id` or `lang`;
 * those of a file of labels that came along once before too. A nested value is its JSON; a binary
 * one stays behind.
 *
 * @param used - the columns that the sample is made of
 * @returns undefined where there are none
 */
export function otherColumns(
  cells: Readonly<Record<string, unknown>>,
  used: ReadonlySet<string>,
): Record<string, Cell> | undefined {
  const isLabelled = 'prediction' in cells && 'ds_original_idx' in cells;
  const earlier = isLabelled && isObject(cells.columns) ? Object.entries(cells.columns) : [];
  const others: [string, Cell][] = [];
  for (const [name, value] of [...Object.entries(cells), ...earlier]) {
    if (others.length === MOST_COLUMNS) break;
    if (used.has(name) || (isLabelled && LABEL_KEYS.has(name))) continue;
    const cell = toCell(value);
    if (cell !== undefined) others.push([name, cell]);
  }
  return others.length === 0 ? undefined : Object.fromEntries(others);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function toCell(value: unknown): Cell | undefined {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return fromBigint(value);
  if (!isObject(value) || ArrayBuffer.isView(value)) return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  return cut(
    JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? fromBigint(each) : each)),
  );
}

const fromBigint = (value: bigint): Cell =>
  Number.isSafeInteger(Number(value)) ? Number(value) : String(value);

/** Not through the middle of a character. */
const cut = (text: string): string =>
  text.length > LONGEST_CELL
    ? `${text.slice(0, LONGEST_CELL).replace(/[\uD800-\uDBFF]$/, '')}${CUT}`
    : text;
