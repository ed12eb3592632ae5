import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { AnalysisTeacher } from '../analysis/input.js';
import { show, UserError } from '../errors.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import { filesIn, nearFile } from '../files/near.js';
import { PEOPLE } from '../models/human.js';
import type { PriceFile } from '../pricing/price-file.js';
import type { JudgedRow, UnansweredRow } from '../records.js';
import { type Task, TOXICITY } from '../task/task.js';
import type { LabelSource, RowLabel, UnansweredOutcome } from '../terms.js';
import type { HumanLabels } from './human-labels.js';
import { readJudgedBlocks } from './judged-rows.js';
import { withoutLabels } from './no-labels.js';
import { readUnanswered, unansweredPath } from './reader.js';
import { RecordedPrices } from './recorded-cost.js';

/** What the 2024 cookbook called its teacher; its files do not name it. */
const UNNAMED_TEACHER = 'GPT4';

/** An evaluation file, read and found good. */
export interface EvalFile {
  readonly path: string;
  readonly task: Task;
  readonly sha256: string;
  /** As all rows name it; null where they name none, or several. */
  readonly dataset: string | null;
  readonly split: string | null;
  /** Each with what it cost, where that is on record or can be found out. */
  readonly rows: readonly JudgedRow[];
  /** The names of the rows, in their order; a row that stands in the file twice has one name. */
  readonly keys: readonly string[];
  /** The names of all rows, also of those that are left out: answers are kept under these. */
  readonly allKeys: readonly string[];
  /** Null where only people labelled the rows. */
  readonly teacher: AnalysisTeacher | null;
}

export interface EvalFileOptions {
  readonly task?: Task | undefined;
  /** Default: human. */
  readonly trueLabels?: LabelSource | undefined;
  /** The user's own, for a teacher whose rows do not record their cost. */
  readonly prices?: PriceFile | undefined;
  /** Human labels beside those in the file. */
  readonly sheets?: readonly HumanLabels[] | undefined;
  /** Whether a file will do in which no row has a human label yet. Default: false. */
  readonly mayLackTruth?: boolean | undefined;
}

/**
 * Reads a file that `collect` wrote, one of the 2024 cookbook's, or a dataset file that people
 * labelled, whole.
 *
 * @throws UserError when the file is missing, empty, has a bad line, or no human labels although
 *   they are to be the truth, or when a sheet is of other rows or contradicts the file
 */
export async function readEvalFile(path: string, options: EvalFileOptions = {}): Promise<EvalFile> {
  const { task = TOXICITY, trueLabels = 'human', prices, sheets = [] } = options;
  refuseMissing(path);
  refuseSpecialFile(path);
  const recorded = new RecordedPrices(prices);
  const hash = createHash('sha256');
  const rows: JudgedRow[] = [];
  const keys: string[] = [];
  for await (const lines of readJudgedBlocks(path, task, (chunk) => hash.update(chunk))) {
    for (const { value, key, run } of lines) {
      if (run > 1) continue; // Its row is there already.
      value.true_label = labelOf(key, value.true_label, sheets, task);
      value.cost_usd ??= await recorded.costOf(value);
      rows.push(value);
      keys.push(key);
    }
  }
  if (rows.length === 0) {
    throw new UserError(`${path} holds no rows`, { hint: 'write some with collect first' });
  }
  refuseStrangers(path, keys, sheets);
  if (!options.mayLackTruth) await refuseWithoutTruth(path, rows, { task, wanted: trueLabels });
  const labelled = new Set(existsSync(unansweredPath(path)) ? keys : []);
  const unanswered = await readUnanswered(path, task.labels, labelled);
  return {
    path,
    task,
    sha256: hash.digest('hex'),
    dataset: common(rows.map(({ dataset }) => dataset)),
    split: common(rows.map(({ split }) => split)),
    rows,
    keys,
    allKeys: keys,
    teacher: teacherOf(path, rows, countOutcomes(unanswered.values())),
  };
}

async function refuseWithoutTruth(
  path: string,
  rows: readonly JudgedRow[],
  { task, wanted }: { readonly task: Task; readonly wanted: LabelSource },
): Promise<void> {
  const isTeacher = wanted === 'teacher';
  if (rows.some((row) => (isTeacher ? row.prediction : row.true_label) !== null)) return;
  const instead = isTeacher
    ? 'take the human labels as the truth: leave `trueLabels` out'
    : "take the teacher's labels as the truth with `trueLabels` teacher";
  throw await withoutLabels({ path, task, rows, wanted, instead });
}

/** A row's human label, from the file or from a sheet. */
function labelOf(
  key: string,
  own: RowLabel | null,
  sheets: readonly HumanLabels[],
  { labels: names }: Task,
): RowLabel | null {
  const sheet = sheets.find(({ labels }) => labels.has(key));
  const label = sheet?.labels.get(key) ?? own;
  if (own === null || label === own) return label;
  const called = (each: RowLabel | null) => (each === null ? 'not labelled' : names[each]);
  throw new UserError(
    `row ${key} is ${called(own)} in the file and ${called(label)} in ${sheet?.path}`,
    {
      hint: 'settle on one label: correct the file, or leave the label in the sheet empty',
    },
  );
}

function refuseStrangers(
  path: string,
  keys: readonly string[],
  sheets: readonly HumanLabels[],
): void {
  const known = sheets.length === 0 ? new Set<string>() : new Set(keys);
  for (const { path: sheet, labels, draw } of sheets) {
    const strangers = [...labels.keys()].filter((key) => !known.has(key));
    if (strangers.length === 0) continue;
    throw new UserError(
      `${strangers.length} of the ${labels.size} labelled rows of ${sheet} are not in ${path}, such as ${show(strangers[0])}`,
      {
        hint: draw
          ? `it was drawn from ${draw.eval_file.path} as of ${draw.created_at.slice(0, 10)}: name that file, or the sheet of this one`
          : 'name the sheet of this file; its column row must be as it was written',
      },
    );
  }
}

function teacherOf(
  path: string,
  rows: readonly JudgedRow[],
  unanswered: AnalysisTeacher['unanswered'],
): AnalysisTeacher | null {
  if (rows.every(({ prediction }) => prediction === null)) return null;
  // What people say is the truth: nobody is judged by himself.
  if (rows.every(({ provider }) => provider === PEOPLE)) return null;
  const names = [...new Set(rows.map(({ model }) => model))].filter((name) => name !== undefined);
  return {
    name: names.length === 0 ? UNNAMED_TEACHER : names.join(' + '),
    id: common(rows.map(({ model }) => model)),
    provider: common(rows.map(({ provider }) => provider)),
    prompt: common(rows.map(({ prompt }) => prompt)),
    file: path,
    priceBasis: 'as its rows record or name it',
    unanswered,
    answered: rows.filter(({ prediction }) => prediction !== null).length,
  };
}

function countOutcomes(entries: Iterable<UnansweredRow>): AnalysisTeacher['unanswered'] {
  const counts: Partial<Record<UnansweredOutcome, number>> = {};
  for (const { outcome, run = 1 } of entries) {
    if (run === 1) counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** What all values are; null where they differ or are not there. */
function common(values: readonly (string | null | undefined)[]): string | null {
  const [first] = values;
  return values.every((value) => value === first) ? (first ?? null) : null;
}

/** Of the files that are there, so many are named. */
const FILES_SHOWN = 5;

function refuseMissing(path: string): void {
  if (existsSync(path)) return;
  const near = nearFile(path);
  const there = ['.', 'outputs', 'data'].flatMap(jsonlFilesIn);
  const more = there.length - FILES_SHOWN;
  const shown = there.slice(0, FILES_SHOWN).join(', ');
  throw new UserError(`there is no file ${path}`, {
    hint:
      near !== undefined
        ? `did you mean ${near}?`
        : there.length > 0
          ? `the JSONL files here are ${shown}${more > 0 ? ` and ${more} more` : ''}`
          : 'there is no JSONL file here, in outputs/ or in data/: write one with collect first',
  });
}

const jsonlFilesIn = (folder: string) =>
  filesIn(folder).filter((name) => name.endsWith('.jsonl') && !name.endsWith('.unanswered.jsonl'));
