import { existsSync, readFileSync } from 'node:fs';
import { messageOf, show, UserError } from '../errors.js';
import { delimiterOf } from '../files/delimiter.js';
import { plural } from '../format.js';
import { describeIssue } from '../issues.js';
import { labelWords, type Task, TOXICITY, wordOf } from '../task/task.js';
import type { RowLabel } from '../terms.js';
import { type AuditDraw, auditDrawSchema, drawPath } from './audit-draw.js';
import { keyOfCell } from './audit-sheet.js';

/** A sheet that people have filled in, wholly or in part. */
export interface HumanLabels {
  readonly path: string;
  /** By the key of the row; rows that have no label yet are not there. */
  readonly labels: ReadonlyMap<string, RowLabel>;
  /** Rows of the sheet that have no label yet. */
  readonly blank: number;
  /** How its rows were drawn, where that is on record. */
  readonly draw: AuditDraw | undefined;
}

/**
 * Reads sheets of human labels: CSV files with the columns `row` and `label`, as `audit` writes
 * them. Spreadsheets save them with commas, semicolons or tabs; all three are read. An empty label
 * is none.
 *
 * @throws UserError when a file is missing or no such sheet, has no label yet, holds a label that is not one of the
 *   words for it, or two sheets label one row differently
 */
export async function readHumanLabels(
  paths: readonly string[],
  task: Task = TOXICITY,
): Promise<HumanLabels[]> {
  const words = labelWords(task);
  const sheets: HumanLabels[] = [];
  for (const path of paths) sheets.push(await readSheet(path, task, words));
  const seen = new Map<string, { label: RowLabel; path: string }>();
  for (const { path, labels } of sheets) {
    for (const [key, label] of labels) {
      const before = seen.get(key);
      if (before && before.label !== label) {
        throw new UserError(
          `row ${key} is ${task.labels[before.label]} in ${before.path} and ${task.labels[label]} in ${path}`,
          { hint: 'settle on one label, and leave the other empty' },
        );
      }
      seen.set(key, { label, path });
    }
  }
  return sheets;
}

async function readSheet(path: string, task: Task, words: Words): Promise<HumanLabels> {
  const cells = await readCells(path);
  const labels = new Map<string, RowLabel>();
  const blank = new Set<string>();
  refuseStrangeLabels(path, cells, task, words);
  for (const { line, row, label } of cells) {
    const key = keyOfCell(row);
    const said = words.get(wordOf(label));
    if (said == null) {
      if (!labels.has(key)) blank.add(key);
      continue;
    }
    if ((labels.get(key) ?? said) !== said) {
      throw new UserError(
        `${path} line ${line} labels row ${row} ${task.labels[said]}, and before otherwise`,
        {
          hint: 'settle on one label, and leave the other empty',
        },
      );
    }
    labels.set(key, said);
    blank.delete(key);
  }
  if (labels.size === 0) {
    throw new UserError(
      `${path} has no label yet: its column label is empty in ${cells.length === 1 ? 'its row' : `all ${plural(cells.length, 'row')}`}`,
      {
        hint: `write ${task.labels.positive} or ${task.labels.negative} into it, save it, and run this again`,
      },
    );
  }
  return { path, labels, blank: blank.size, draw: readDraw(path) };
}

type Words = ReadonlyMap<string, RowLabel | null>;

interface Cells {
  readonly line: number;
  readonly row: string;
  readonly label: string;
}

async function readCells(path: string): Promise<Cells[]> {
  const text = readText(path).replace(/^\uFEFF/, '');
  const [head = ''] = text.split(/\r?\n/, 1);
  const [columns, ...rows] = await parseCsv(path, text, delimiterOf(head));
  const found = columns?.cells ?? [];
  const names = found.map((name) => name.trim().toLowerCase());
  const [row, label] = [names.indexOf('row'), names.indexOf('label')];
  if (row === -1 || label === -1) {
    throw new UserError(`${path} has the columns ${show(found)}, not row and label`, {
      hint: 'name a sheet that `audit` wrote, or a CSV file with those two columns',
    });
  }
  return rows.map(({ line, cells }) => ({
    line,
    row: cells[row] ?? '',
    label: cells[label] ?? '',
  }));
}

interface Line {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What the parser gives with `info`; its types know only the bare cells. */
interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** Each line by the number at which it begins, as an editor counts. */
async function parseCsv(path: string, text: string, delimiter: string): Promise<Line[]> {
  const { CsvError, parse } = await import('csv-parse/sync');
  try {
    const records: unknown = parse(text, {
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    let before = 0;
    return (records as Parsed[]).map(({ record, info: { lines } }) => {
      const line = before + 1;
      before = lines;
      return { line, cells: record };
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new UserError(`${path} is not well-formed CSV: ${cause.message}`, {
      hint: 'fix that line; fields with commas, quotes or newlines must be quoted',
      cause,
    });
  }
}

/** Only keys and labels are read, so that any encoding of the texts will do in which these are ASCII. */
function readText(path: string): string {
  const text = readUtf8(path);
  if (!text.includes('\0')) return text;
  throw new UserError(`${path} is not valid UTF-8`, {
    hint: 'save it as CSV in UTF-8; "Unicode text" of a spreadsheet is UTF-16',
  });
}

function readUtf8(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError(`cannot read ${path}: ${messageOf(cause)}`, {
      hint: 'name a sheet of human labels in `humanLabels`',
      cause,
    });
  }
}

const LINES_SHOWN = 5;

/** Says all that is wrong at once: a sheet is filled in by hand, and one word stands in many lines. */
function refuseStrangeLabels(
  path: string,
  cells: readonly Cells[],
  { labels }: Task,
  words: Words,
): void {
  const lines = new Map<string, number[]>();
  for (const { line, label } of cells) {
    const word = wordOf(label);
    if (word === '' || words.has(word)) continue;
    lines.set(label.trim(), [...(lines.get(label.trim()) ?? []), line]);
  }
  if (lines.size === 0) return;
  const seen = Array.from(lines, ([label, at]) => {
    const more = at.length > LINES_SHOWN ? ', ...' : '';
    const where = `line${at.length === 1 ? '' : 's'} ${at.slice(0, LINES_SHOWN).join(', ')}${more}`;
    return `${show(label)} (${at.length}: ${where})`;
  });
  throw new UserError(`${path} has labels that are none: ${seen.join('; ')}`, {
    hint: `write ${labels.positive} or ${labels.negative} (1 or 0, yes or no, true or false), or leave the cell empty`,
  });
}

function readDraw(sheet: string): AuditDraw | undefined {
  const path = drawPath(sheet);
  if (!existsSync(path)) return undefined;
  const hint = 'restore the file that was written with the sheet, or remove it';
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UserError(`cannot read ${path}: ${messageOf(cause)}`, { hint, cause });
  }
  const parsed = auditDrawSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UserError(`${path} is not a draw: ${describeIssue(parsed.error, value)}`, { hint });
}
