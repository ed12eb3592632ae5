import { isDatasetFile } from '../datasets/endings.js';
import { columnsOf } from '../datasets/file.js';
import { show, UserError } from '../errors.js';
import { plural } from '../format.js';
import type { Task } from '../task/task.js';
import type { LabelSource } from '../terms.js';

/** A file in which no row has a label of the source that is wanted. */
export interface Unlabelled {
  readonly path: string;
  readonly task: Task;
  /** How many there are, and whether one has a label of the other source. */
  readonly rows: number;
  readonly hasOther: boolean;
  readonly wanted: LabelSource;
  /** How to take the labels of the other source, where there are any. */
  readonly instead: string;
}

/** The error for such a file: what it has instead, or how it comes by labels. */
export async function withoutLabels({
  path,
  task,
  rows,
  hasOther,
  wanted,
  instead,
}: Unlabelled): Promise<UserError> {
  const isHuman = wanted === 'human';
  if (hasOther) {
    const seen = isHuman ? ` (true_label is null in all ${plural(rows, 'row')})` : '';
    return new UserError(`${path} has no ${isHuman ? 'human' : "teacher's"} labels${seen}`, {
      hint: instead,
    });
  }
  const { label } = task.data;
  const columns = isDatasetFile(path) ? await columnsOf(path, { task }) : [];
  const orLabel = `or label the rows first: collect with \`dataset\` ${path}`;
  if (label !== undefined && columns.length > 0 && !columns.includes(label)) {
    return new UserError(
      `${path} has no column ${show(label)}, in which the task has the human labels`,
      { hint: `its columns are ${columns.join(', ')}: correct data.label, ${orLabel}` },
    );
  }
  const column =
    label === undefined
      ? 'name their column in a `task` file, as data: { label: COLUMN }'
      : `fill in the column ${show(label)}`;
  return new UserError(`${path} has neither human labels nor a teacher's`, {
    hint: `people labelled it? ${column}, ${orLabel}`,
  });
}
