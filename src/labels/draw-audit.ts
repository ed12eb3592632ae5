import { isLabel } from '../analysis/row-codes.js';
import { UserError } from '../errors.js';
import { neymanAllocation } from '../metrics/neyman.js';
import { drawIndices } from '../metrics/sampling.js';
import { labelAt } from '../rows/labels.js';
import type { RowTable } from '../rows/table.js';
import type { Verdicts } from '../rows/verdicts.js';
import type { RowLabel } from '../terms.js';
import type { AuditDraw } from './audit-draw.js';
import type { SheetRow } from './audit-sheet.js';
import type { EvalFile } from './eval-file.js';

type Said = AuditDraw['cells'][number]['contender'];

/**
 * The share of positive rows that is believed in where nobody has labelled a row of the cell, by what
 * contender and teacher said. That of rows which both call negative is about ToxicChat's.
 */
export const EXPECTED_POSITIVE: Readonly<Record<Said, Readonly<Record<RowLabel, number>>>> = {
  positive: { positive: 0.8, negative: 0.3 },
  negative: { positive: 0.3, negative: 0.01 },
  unanswered: { positive: 0.5, negative: 0.1 },
};

const LEAST_OF_A_CELL = 20;

export interface DrawSettings {
  /** How many rows people should label. */
  readonly labels: number;
  readonly seed: number;
  /** Whether an unanswered row counts as called positive. */
  readonly unansweredIsPositive: boolean;
}

interface Cell {
  readonly contender: Said;
  readonly teacher: RowLabel;
  /** Places of distinct rows, without a human label, and with one. */
  readonly open: number[];
  readonly labelled: number[];
  positive: number;
}

/**
 * Draws the rows that people should label next: at random within the cells of what contender and
 * teacher said. Half of the labels go where they make the F1 interval narrowest (Neyman, by the
 * share of positive rows that people found in the cell, or {@link EXPECTED_POSITIVE}), and half are
 * spread by rows, so that a teacher who misleads costs little. A row that stands in the file more
 * than once is one row. The rows of the sheet are shuffled.
 *
 * @throws UserError when every row has a human label
 */
export function drawAudit(
  { rows }: Pick<EvalFile, 'rows'>,
  verdicts: Verdicts,
  { labels, seed, unansweredIsPositive }: DrawSettings,
): { readonly cells: AuditDraw['cells']; readonly sheet: SheetRow[] } {
  const cells = cellsOf(rows, verdicts);
  const open = cells.reduce((sum, cell) => sum + cell.open.length, 0);
  if (open === 0) {
    throw new UserError('every row has a human label, so there is none to draw', {
      hint: 'leave `audit` out',
    });
  }
  const given = allocate(cells, labels, unansweredIsPositive);
  // One random order of all rows: the first of each cell are a random draw from it.
  const order = drawIndices(rows.length, rows.length, seed);
  const place = new Map(order.map((row, at) => [row, at]));
  const inOrder = (all: readonly number[]) =>
    all.toSorted((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  const drawn = cells.map((cell, i) => inOrder(cell.open).slice(0, given[i]));
  const keyAt = (row: number) => rows.keys.at(row);
  const all = drawn.flat();
  // The cells' orders must not show in the sheet.
  const shuffled = drawIndices(all.length, all.length, seed + 1).map((i) => all[i] ?? 0);
  return {
    cells: cells.map(({ contender, teacher, open, labelled }, i) => ({
      contender,
      teacher,
      rows: open.length,
      drawn: drawn[i]?.length ?? 0,
      probability: open.length === 0 ? null : (drawn[i]?.length ?? 0) / open.length,
      members: [...open, ...labelled].sort((a, b) => a - b).map(keyAt),
      sheet: (drawn[i] ?? []).toSorted((a, b) => a - b).map(keyAt),
    })),
    sheet: shuffled.map((row) => {
      const { input = '', columns } = rows.at(row) ?? {};
      return { key: keyAt(row), text: input, columns };
    }),
  };
}

function cellsOf(rows: RowTable, verdicts: Verdicts): Cell[] {
  const cells = new Map<string, Cell>();
  for (const row of rows.keys.firstRows()) {
    const teacher = labelAt(rows.teacher, row);
    if (teacher === null) continue;
    const said = verdicts.saidOf(row);
    const contender = isLabel(said) ? said : 'unanswered';
    const name = `${contender}/${teacher}`;
    const cell = cells.get(name) ?? { contender, teacher, open: [], labelled: [], positive: 0 };
    cells.set(name, cell);
    const human = labelAt(rows.human, row);
    (human === null ? cell.open : cell.labelled).push(row);
    if (human === 'positive') cell.positive += 1;
  }
  return [...cells.keys()].sort().flatMap((name) => cells.get(name) ?? []);
}

/** Labels by cell; they sum to what was asked for, or to all rows without one. */
function allocate(cells: readonly Cell[], labels: number, unansweredIsPositive: boolean): number[] {
  const strata = cells.map(({ contender, teacher, open, labelled, positive }) => ({
    called: contender === 'positive' || (contender === 'unanswered' && unansweredIsPositive),
    rows: open.length,
    expected:
      labelled.length === 0
        ? EXPECTED_POSITIVE[contender][teacher]
        : (positive + 0.5) / (labelled.length + 1),
  }));
  const least = Math.min(LEAST_OF_A_CELL, Math.floor(labels / cells.length));
  const byRows = Math.floor(labels / 2);
  const floors = strata.reduce((sum, { rows }) => sum + Math.min(rows, least), 0);
  const given = neymanAllocation(strata, Math.max(floors, labels - byRows), least);
  return spread(
    given,
    strata.map(({ rows }) => rows),
    labels,
  );
}

/** Adds what is left by rows, none more than there are. */
function spread(given: readonly number[], rows: readonly number[], labels: number): number[] {
  const all = [...given];
  const added = rows.map(() => 0);
  let left = labels - all.reduce((sum, count) => sum + count, 0);
  for (; left > 0; left--) {
    const due = rows.map((count, i) => ((all[i] ?? 0) < count ? count / ((added[i] ?? 0) + 1) : 0));
    const next = due.indexOf(Math.max(...due));
    if (due[next] === 0) break;
    all[next] = (all[next] ?? 0) + 1;
    added[next] = (added[next] ?? 0) + 1;
  }
  return all;
}
