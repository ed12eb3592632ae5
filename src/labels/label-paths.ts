import { extname } from 'node:path';
import { UserError } from '../errors.js';

const TABLE_ENDINGS = ['.csv', '.parquet'] as const;

/** The ending of a file that labels are written to as a table. */
export type TableEnding = (typeof TABLE_ENDINGS)[number];

/** Endings whose user would find something else in the file. */
const OTHER_FORMATS = ['.tsv', '.txt', '.gz', '.xlsx'];

/** Where labels go. */
export interface LabelPaths {
  /** The file that a run appends to and resumes from. */
  readonly jsonl: string;
  /** The same labels as a table, written when the run ends; undefined where none is wanted. */
  readonly table: string | undefined;
}

/**
 * The files of an output: `labels.csv` and `labels.parquet` are written from `labels.jsonl`.
 *
 * @throws UserError when the ending is that of a format in which no labels are written
 */
export function labelPaths(out: string): LabelPaths {
  const ending = extname(out).toLowerCase();
  if (OTHER_FORMATS.includes(ending)) {
    throw new UserError(`no labels are written as ${ending} (\`out\` ${out})`, {
      hint: `name a file that ends in .jsonl, ${TABLE_ENDINGS.join(' or ')}`,
    });
  }
  if (tableEnding(out) === undefined) return { jsonl: out, table: undefined };
  return { jsonl: `${out.slice(0, -ending.length)}.jsonl`, table: out };
}

/** @returns undefined where the file is no table */
export function tableEnding(path: string): TableEnding | undefined {
  const ending = extname(path).toLowerCase();
  return TABLE_ENDINGS.find((each) => each === ending);
}
