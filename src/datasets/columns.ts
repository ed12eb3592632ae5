import { show, UserError } from '../errors.js';
import { LABELS, type Sample, type ToxicityLabel } from '../records.js';

/** One raw row of a dataset, by column. */
export type Cells = Readonly<Record<string, unknown>>;

/** Which columns hold the text and the human label; the usual names are tried where unset. */
export interface ColumnNames {
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
}

const TEXT_COLUMNS = ['user_input', 'input', 'text', 'prompt'];
const LABEL_COLUMNS = ['toxicity', 'true_label', 'label', 'toxic'];

/** Makes samples of raw rows, numbering them from 0 in the order they come. */
export async function* toSamples(
  rows: AsyncIterable<Cells>,
  names: ColumnNames,
  source: string,
): AsyncGenerator<Sample> {
  let index = 0;
  let columns: ReturnType<typeof chooseColumns> | undefined;
  for await (const cells of rows) {
    columns ??= chooseColumns(cells, names, source);
    const where = `${source} row ${index}`;
    yield {
      id: typeof cells.conv_id === 'string' ? cells.conv_id : null,
      index,
      text: readText(cells[columns.text], columns.text, where),
      label:
        columns.label === undefined ? null : readLabel(cells[columns.label], columns.label, where),
      humanChecked: readFlag(cells.human_annotation ?? cells.human_check),
      jailbreaking: readFlag(cells.jailbreaking ?? cells.is_jailbreaking),
    };
    index += 1;
  }
}

function chooseColumns(cells: Cells, { textColumn, labelColumn }: ColumnNames, source: string) {
  const present = Object.keys(cells);
  const choose = (named: string | undefined, usual: string[]) => {
    if (named !== undefined && !present.includes(named)) {
      throw new UserError(`${source} has no column "${named}"`, {
        hint: `its columns are ${present.join(', ')}`,
      });
    }
    return named ?? usual.find((name) => present.includes(name));
  };
  const text = choose(textColumn, TEXT_COLUMNS);
  if (text === undefined) {
    throw new UserError(`${source} has none of the columns ${TEXT_COLUMNS.join(', ')}`, {
      hint: `name the one that holds the text with \`textColumn\`; its columns are ${present.join(', ')}`,
    });
  }
  return { text, label: choose(labelColumn, LABEL_COLUMNS) };
}

function readText(cell: unknown, column: string, where: string): string {
  if (typeof cell === 'string') return cell;
  throw new UserError(`${where}: "${column}" is ${show(cell)}, not a text`, {
    hint: 'name the column that holds the text with `textColumn`',
  });
}

function readLabel(cell: unknown, column: string, where: string): ToxicityLabel | null {
  if (cell === null || cell === undefined || cell === '') return null;
  const text = plainText(cell);
  const label = LABELS.find((name) => name === text);
  if (label) return label;
  const flag = readFlag(cell);
  if (flag !== null) return flag ? 'toxic' : 'not toxic';
  throw new UserError(`${where}: "${column}" is ${show(cell)}, not a label`, {
    hint: 'a label is 0 or 1, true or false, "toxic" or "not toxic"; name its column with `labelColumn`',
  });
}

/** CSV holds `1`, `1.0` and `True`, JSON 1 and true, parquet 1n. Anything else is unknown. */
function readFlag(cell: unknown): boolean | null {
  const text = plainText(cell);
  if (text === '1' || text === '1.0' || text === 'true') return true;
  if (text === '0' || text === '0.0' || text === 'false') return false;
  return null;
}

const plainText = (cell: unknown) =>
  typeof cell === 'object' ? '' : String(cell).trim().toLowerCase();
