import { show, UserError } from '../errors.js';
import type { RowLabel, Sample } from '../records.js';
import { labelWords, type Task, TOXICITY, wordOf } from '../task/task.js';

/** One raw row of a dataset, by column. */
export type Cells = Readonly<Record<string, unknown>>;

/** Which columns hold the text and the human label; the usual names are tried where unset. */
export interface ColumnNames {
  /** What the labels are about; it may name the columns, and what their words mean. */
  readonly task?: Task | undefined;
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
}

const TEXT_COLUMNS = ['user_input', 'input', 'text', 'prompt'];

/** Named for the task, or as label files and most datasets have it. */
const labelColumns = ({ name, labels }: Task) => [name, 'true_label', 'label', labels.positive];

/** Makes samples of raw rows, numbering them from 0 in the order they come. */
export async function* toSamples(
  rows: AsyncIterable<Cells>,
  names: ColumnNames,
  source: string,
): AsyncGenerator<Sample> {
  const { task = TOXICITY } = names;
  const words = labelWords(task);
  const readLabel = (cell: unknown, column: string): RowLabel | null => {
    const label = isEmpty(cell) ? null : words.get(wordOf(cell));
    if (label !== undefined) return label;
    throw strangeLabels(new Map([[String(cell), 1]]), column, { task, source });
  };
  let index = 0;
  let columns: ReturnType<typeof chooseColumns> | undefined;
  for await (const cells of rows) {
    columns ??= chooseColumns(cells, names, source);
    const where = `${source} row ${index}`;
    yield {
      id: typeof cells.conv_id === 'string' ? cells.conv_id : null,
      index,
      text: readText(cells[columns.text], columns.text, where),
      label: columns.label === undefined ? null : readLabel(cells[columns.label], columns.label),
      humanChecked: readFlag(cells.human_annotation ?? cells.human_check),
      jailbreaking: readFlag(cells.jailbreaking ?? cells.is_jailbreaking),
    };
    index += 1;
  }
}

function chooseColumns(cells: Cells, names: ColumnNames, source: string) {
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
      hint: `name the one that holds the text with \`textColumn\`; its columns are ${present.join(', ')}`,
    });
  }
  return { text, label: choose(names.labelColumn ?? task.data.label, labelColumns(task)) };
}

function readText(cell: unknown, column: string, where: string): string {
  if (typeof cell === 'string') return cell;
  throw new UserError(`${where}: "${column}" is ${show(cell)}, not a text`, {
    hint: 'name the column that holds the text with `textColumn`',
  });
}

/** Distinct values that an error shows; a column of texts has more. */
const VALUES_SHOWN = 8;

/**
 * Reads the column of labels through before anything is paid for.
 *
 * @throws UserError when cells hold something that is no label: each value with its count, and the
 *   lines for the task file that would say what they mean
 */
export async function refuseStrangeLabels(
  rows: AsyncIterable<Cells>,
  names: ColumnNames,
  source: string,
): Promise<void> {
  const { task = TOXICITY } = names;
  const words = labelWords(task);
  const strange = new Map<string, number>();
  let column: string | undefined;
  for await (const cells of rows) {
    column ??= chooseColumns(cells, names, source).label;
    if (column === undefined) return;
    const cell = cells[column];
    if (isEmpty(cell) || words.has(wordOf(cell))) continue;
    const text = typeof cell === 'string' ? cell.trim() : show(cell);
    strange.set(text, (strange.get(text) ?? 0) + 1);
  }
  if (strange.size > 0) throw strangeLabels(strange, column ?? '', { task, source });
}

function strangeLabels(
  strange: ReadonlyMap<string, number>,
  column: string,
  { task: { labels }, source }: { task: Task; source: string },
): UserError {
  const most = [...strange].sort(([, a], [, b]) => b - a).slice(0, VALUES_SHOWN);
  const more = strange.size - most.length;
  const seen = most.map(([value, count]) => `${show(value)} (${count})`).join(', ');
  const lines = most.map(([value]) => `    ${show(value)}: ${labels.negative}`);
  return new UserError(
    `${source}: "${column}" holds what is no label: ${seen}${more > 0 ? ` and ${more} more values` : ''}`,
    {
      hint: [
        `a label is ${labels.positive} or ${labels.negative}, yes or no, true or false, 1 or 0;`,
        '  name another column with `labelColumn`, or say in a `task` file what each value is',
        `  (${labels.positive}, ${labels.negative}, or null for no label):`,
        '  data:',
        '    map:',
        ...lines.map((line) => `  ${line}`),
      ].join('\n'),
    },
  );
}

const isEmpty = (cell: unknown) => cell === null || cell === undefined || cell === '';

/** CSV holds `1`, `1.0` and `True`, JSON 1 and true, parquet 1n. Anything else is unknown. */
function readFlag(cell: unknown): boolean | null {
  const text = wordOf(cell);
  if (text === '1' || text === '1.0' || text === 'true') return true;
  if (text === '0' || text === '0.0' || text === 'false') return false;
  return null;
}
