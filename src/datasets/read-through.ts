import { show } from '../errors.js';
import { formatCount } from '../format.js';
import { coded } from '../messages.js';
import { keyNumber } from '../row-key.js';
import { Column } from '../rows/column.js';
import { TOXICITY } from '../task/task.js';
import {
  type CellBlocks,
  type Cells,
  type ChosenColumns,
  chooseColumns,
  labelReader,
  readText,
  type SampleSource,
  strangeLabels,
} from './columns.js';
import type { Dataset, DatasetOptions } from './dataset.js';
import { MOST_COLUMNS } from './other-columns.js';

/**
 * Reads a dataset through before anything is paid for: what is wrong with it comes up here.
 *
 * @param onNote - told of columns that are not there, or stay behind
 * @returns how many rows it has, and their keys where these are wanted
 * @throws UserError when a row is broken or has no text, or cells of the label's column hold
 *   something that is no label: each value with its count, and the lines for the task file that
 *   would say what they mean
 */
export async function readThrough(
  blocks: CellBlocks,
  from: SampleSource,
  { onNote, withKeys = false }: Pick<DatasetOptions, 'onNote' | 'withKeys'>,
): Promise<Pick<Dataset, 'size' | 'keys'>> {
  const labelOf = labelReader(from);
  const strange = new Map<string, number>();
  let columns: ChosenColumns | undefined;
  const keys = new Column(Float64Array, 0);
  let count = 0;
  for await (const block of blocks) {
    for (const cells of block) {
      if (columns === undefined) {
        columns = chooseColumns(cells, from);
        for (const note of notesOn(cells, columns, from)) onNote?.(note);
      }
      const { text, label } = columns;
      const input = readText(cells[text], text, from, count);
      if (withKeys) keys.put(count, keyNumber(count, input));
      count += 1;
      const cell = label === undefined ? null : cells[label];
      if (labelOf(cell) !== undefined) continue;
      const value = typeof cell === 'string' ? cell.trim() : show(cell);
      strange.set(value, (strange.get(value) ?? 0) + 1);
    }
  }
  if (strange.size > 0) throw strangeLabels(strange, columns?.label ?? '', from);
  return { size: count, ...(withKeys ? { keys: keys.takeAll(count) } : {}) };
}

function notesOn(
  cells: Cells,
  { label, used }: ChosenColumns,
  { task = TOXICITY, source, withOthers }: SampleSource,
): string[] {
  const notes: string[] = [];
  if (label === undefined && task.data.label !== undefined) {
    notes.push(
      coded(
        'no-label-column',
        `note: ${source} has no column "${task.data.label}": its rows have no human label`,
      ),
    );
  }
  const others = Object.keys(cells).filter((name) => !used.has(name)).length;
  if (withOthers && others > MOST_COLUMNS) {
    notes.push(
      coded(
        'columns-left-behind',
        `note: ${source} has ${formatCount(others)} other columns, of which ${MOST_COLUMNS} come along`,
      ),
    );
  }
  return notes;
}
