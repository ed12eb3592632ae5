import { show, UserError } from '../errors.js';
import type { Sample } from '../sample.js';
import { labelWords, type Task, TOXICITY, wordOf } from '../task/task.js';
import type { RowLabel } from '../terms.js';
import { otherColumns } from './other-columns.js';

/** One raw row of a dataset, by column. */
export type Cells = Readonly<Record<string, unknown>>;

/**
 * Raw rows in their order, some at a time: where there are many, a promise for each would take as long as
 * to parse it.
 */
export type CellBlocks = AsyncIterable<readonly Cells[]>;

/** Which columns hold the text and the human label; the usual names are tried where unset. */
export interface ColumnNames {
  /** What the labels are about; it may name the columns, and what their words mean. */
  readonly task?: Task | undefined;
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  /** Whether nothing but the task can name columns: a hint says so then. Default: false. */
  readonly namedByTask?: boolean | undefined;
}

/** How a user says which column holds the text. */
const howToNameText = ({ namedByTask }: ColumnNames) =>
  namedByTask ? 'in a `task` file, as data: { text: COLUMN }' : 'with `textColumn`';

/** Where the samples come from, and how they are read. */
export interface SampleSource extends ColumnNames {
  /** How an error calls it. */
  readonly source: string;
  /** Whether the other columns come along. */
  readonly withOthers?: boolean | undefined;
}

const TEXT_COLUMNS = ['user_input', 'input', 'text', 'prompt'];

/** Whether columns of these names hold a text, as they are named or usually called. */
export const hasTextColumn = (
  names: readonly string[],
  { textColumn, task }: Pick<ColumnNames, 'textColumn' | 'task'>,
): boolean => {
  const named = textColumn ?? task?.data.text;
  return (named === undefined ? TEXT_COLUMNS : [named]).some((name) => names.includes(name));
};

/** Named for the task, or as label files and most datasets have it. */
const labelColumns = ({ name, labels }: Task) => [name, 'true_label', 'label', labels.positive];

/** What a cell in the column of labels means; undefined where it means nothing. */
export type ReadLabel = (cell: unknown) => RowLabel | null | undefined;

/** Reads labels as the user of a task writes them; an empty cell is none. */
export function labelReader({ task = TOXICITY }: ColumnNames): ReadLabel {
  const words = labelWords(task);
  return (cell) => (isEmpty(cell) ? null : words.get(wordOf(cell)));
}

const isEmpty = (cell: unknown) => cell === null || cell === undefined || cell === '';

/** Makes samples of raw rows, numbering them from 0 in the order they come. */
export async function* toSamples(blocks: CellBlocks, from: SampleSource): AsyncGenerator<Sample> {
  const labelOf = labelReader(from);
  let index = 0;
  let columns: ChosenColumns | undefined;
  for await (const block of blocks) {
    for (const cells of block) {
      columns ??= chooseColumns(cells, from);
      const { text, label, used } = columns;
      const others = from.withOthers ? otherColumns(cells, used) : undefined;
      yield {
        id: typeof cells.conv_id === 'string' ? cells.conv_id : null,
        index,
        text: readText(cells[text], text, from, index),
        label: label === undefined ? null : readLabel(cells[label], label, labelOf, from),
        humanChecked: readFlag(cells.human_annotation ?? cells.human_check),
        jailbreaking: readFlag(cells.jailbreaking ?? cells.is_jailbreaking),
        ...readProbability(cells.sampling_probability, from, index),
        ...(others ? { columns: others } : {}),
      };
      index += 1;
    }
  }
}

/** The columns that a sample is made of. */
export interface ChosenColumns {
  readonly text: string;
  /** Undefined where there are no human labels. */
  readonly label: string | undefined;
  /** All that say what a sample has under names of its own. */
  readonly used: ReadonlySet<string>;
}

/**
 * Finds the columns by the first row.
 *
 * @throws UserError when there is no such column as is named, or none of the usual ones for the text
 */
export function chooseColumns(cells: Cells, { source, ...names }: SampleSource): ChosenColumns {
  const { task = TOXICITY } = names;
  const present = Object.keys(cells);
  const choose = (named: string | undefined, usual: string[]) => {
    if (named !== undefined && !present.includes(named)) {
      throw new UserError(`${source} has no column "${named}"`, {
        hint: `its columns are ${present.join(', ')}`,
      });
    }
    return named ?? usual.find((name) => present.includes(name));
  };
  const text = choose(names.textColumn ?? task.data.text, TEXT_COLUMNS);
  if (text === undefined) {
    throw new UserError(`${source} has none of the columns ${TEXT_COLUMNS.join(', ')}`, {
      hint: `name the one that holds the text ${howToNameText(names)}; its columns are ${present.join(', ')}`,
    });
  }
  // A task is for files with labels and for those without.
  const ofTask = task.data.label;
  const label =
    names.labelColumn === undefined && ofTask !== undefined
      ? present.find((name) => name === ofTask)
      : choose(names.labelColumn, labelColumns(task));
  return { text, label, used: new Set([text, ...(label === undefined ? [] : [label]), ...OTHERS]) };
}

const OTHERS = [
  'human_annotation',
  'human_check',
  'jailbreaking',
  'is_jailbreaking',
  'sampling_probability',
];

/** @throws UserError where the cell holds none */
export function readText(cell: unknown, column: string, from: SampleSource, row: number): string {
  if (typeof cell === 'string') return cell;
  throw new UserError(`${from.source} row ${row}: "${column}" is ${show(cell)}, not a text`, {
    hint: `name the column that holds the text ${howToNameText(from)}`,
  });
}

function readLabel(
  cell: unknown,
  column: string,
  labelOf: ReadLabel,
  from: SampleSource,
): RowLabel | null {
  const label = labelOf(cell);
  if (label !== undefined) return label;
  throw strangeLabels(new Map([[String(cell), 1]]), column, from);
}

/** Distinct values that an error shows; a column of texts has more. */
const VALUES_SHOWN = 8;

/** The error where cells hold what is no label: each value with its count, and what to write. */
export function strangeLabels(
  strange: ReadonlyMap<string, number>,
  column: string,
  { task: { labels } = TOXICITY, source, namedByTask }: SampleSource,
): UserError {
  const most = [...strange].sort(([, a], [, b]) => b - a).slice(0, VALUES_SHOWN);
  const more = strange.size - most.length;
  const seen = most.map(([value, count]) => `${show(value)} (${count})`).join(', ');
  // A choice, and no label: pasted as it is, the task file is refused.
  const another = namedByTask ? '' : ' with `labelColumn`';
  const choice = `${labels.positive} | ${labels.negative} | null`;
  const lines = most.map(([value]) => `      ${show(value)}: ${choice}`);
  return new UserError(
    `${source}: "${column}" holds what is no label: ${seen}${more > 0 ? ` and ${more} more values` : ''}`,
    {
      hint: [
        `a label is ${labels.positive} or ${labels.negative}, yes or no, true or false, 1 or 0;`,
        `  name another column${another}, or say in a \`task\` file what each value is:`,
        '  choose one of the three in each line; null is no label',
        '  data:',
        '    map:',
        ...lines,
      ].join('\n'),
    },
  );
}

/** How likely the row was to come into the dataset, where a column says so. */
function readProbability(
  cell: unknown,
  { source }: SampleSource,
  row: number,
): Pick<Sample, 'samplingProbability'> {
  if (isEmpty(cell)) return {};
  const samplingProbability = Number(cell);
  if (samplingProbability > 0 && samplingProbability <= 1) return { samplingProbability };
  throw new UserError(
    `${source} row ${row}: "sampling_probability" is ${show(cell)}, not a probability`,
    {
      hint: 'give a number above 0 and up to 1, or leave the cell empty',
    },
  );
}

/** CSV holds `1`, `1.0` and `True`, JSON 1 and true, parquet 1n. Anything else is unknown. */
function readFlag(cell: unknown): boolean | null {
  if (cell === undefined || cell === null) return null;
  const text = wordOf(cell);
  if (text === '1' || text === '1.0' || text === 'true') return true;
  if (text === '0' || text === '0.0' || text === 'false') return false;
  return null;
}
