import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { AnalysisTeacher } from '../analysis/input.js';
import { show, UserError } from '../errors.js';
import type { OnRead } from '../files/bytes.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import { filesIn, nearFile } from '../files/near.js';
import { PEOPLE } from '../models/human.js';
import type { PriceFile } from '../pricing/price-file.js';
import type { JudgedRow, UnansweredRow } from '../records.js';
import { keyName, keyNumber, numberOfKey } from '../row-key.js';
import type { RowKeys } from '../rows/keys.js';
import { NO_LABEL } from '../rows/labels.js';
import { type RowTable, TableBuilder } from '../rows/table.js';
import { type Task, TOXICITY } from '../task/task.js';
import type { LabelSource, RowLabel, UnansweredOutcome } from '../terms.js';
import { DistinctValues } from './distinct-values.js';
import type { HumanLabels } from './human-labels.js';
import { readJudgedBlocks } from './judged-rows.js';
import { withoutLabels } from './no-labels.js';
import { PlacesBuilder } from './placed-rows.js';
import { readUnanswered } from './reader.js';
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
  readonly rows: RowTable;
  /** The names of all rows, also of those that are left out: answers are kept under these. */
  readonly allKeys: RowKeys;
  /** Whether the labels that stand for a teacher's are people's. */
  readonly isByPeople: boolean;
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
  readonly onRead?: OnRead | undefined;
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
  const { task = TOXICITY, trueLabels = 'human', prices, sheets = [], onRead } = options;
  refuseMissing(path);
  refuseSpecialFile(path);
  const recorded = new RecordedPrices(prices);
  const hash = createHash('sha256');
  const builder = new TableBuilder();
  const places = new PlacesBuilder();
  const facts = new FileFacts();
  const onBytes = (chunk: Buffer) => hash.update(chunk);
  for await (const lines of readJudgedBlocks(path, task, { onBytes, onRead })) {
    for (const line of lines) {
      const { value } = line;
      if ((value.run ?? 1) > 1) continue; // Its row is there already.
      const key = keyNumber(value.ds_original_idx, value.input);
      if (sheets.length > 0)
        value.true_label = labelOf(keyName(key), value.true_label, sheets, task);
      value.cost_usd ??= await recorded.costOf(value);
      builder.add(value, key);
      places.add(line);
      facts.add(value);
    }
  }
  if (builder.length === 0) {
    throw new UserError(`${path} holds no rows`, { hint: 'write some with collect first' });
  }
  const rows = builder.build((keys) => places.build({ path, names: task.labels, keys }));
  refuseStrangers(path, rows.keys, sheets);
  if (!options.mayLackTruth) await refuseWithoutTruth(path, rows, { task, wanted: trueLabels });
  const isLabelled = (attempt: string) =>
    rows.keys.has(numberOfKey(attempt)) && !attempt.includes('#');
  const unanswered = await readUnanswered(path, task.labels, { has: isLabelled });
  return {
    path,
    task,
    sha256: hash.digest('hex'),
    dataset: facts.dataset.common,
    split: facts.split.common,
    rows,
    allKeys: rows.keys,
    isByPeople: facts.provider.common === PEOPLE,
    teacher: teacherOf(path, rows, facts, countOutcomes(unanswered.values())),
  };
}

async function refuseWithoutTruth(
  path: string,
  rows: RowTable,
  { task, wanted }: { readonly task: Task; readonly wanted: LabelSource },
): Promise<void> {
  const isTeacher = wanted === 'teacher';
  const isLabel = (label: number) => label !== NO_LABEL;
  if ((isTeacher ? rows.teacher : rows.human).some(isLabel)) return;
  const instead = isTeacher
    ? 'take the human labels as the truth: leave `trueLabels` out'
    : "take the teacher's labels as the truth with `trueLabels` teacher";
  const hasOther = (isTeacher ? rows.human : rows.teacher).some(isLabel);
  throw await withoutLabels({ path, task, rows: rows.length, hasOther, wanted, instead });
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

function refuseStrangers(path: string, keys: RowKeys, sheets: readonly HumanLabels[]): void {
  for (const { path: sheet, labels, draw } of sheets) {
    const strangers = [...labels.keys()].filter((key) => !keys.has(numberOfKey(key)));
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
  rows: RowTable,
  { models, provider, prompt }: FileFacts,
  unanswered: AnalysisTeacher['unanswered'],
): AnalysisTeacher | null {
  if (rows.verdicts.asked === 0) return null;
  // What people say is the truth: nobody is judged by himself.
  if (provider.common === PEOPLE) return null;
  const names = [...models.all].filter((name) => name !== undefined);
  return {
    name: names.length === 0 ? UNNAMED_TEACHER : names.join(' + '),
    id: models.common,
    provider: provider.common,
    prompt: prompt.common,
    file: path,
    priceBasis: 'as its rows record or name it',
    unanswered,
    answered: rows.verdicts.asked,
  };
}

function countOutcomes(entries: Iterable<UnansweredRow>): AnalysisTeacher['unanswered'] {
  const counts: Partial<Record<UnansweredOutcome, number>> = {};
  for (const { outcome, run = 1 } of entries) {
    if (run === 1) counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** What the rows of a file say of where they and their labels come from. */
class FileFacts {
  readonly dataset = new DistinctValues<string | undefined>();
  readonly split = new DistinctValues<string | null | undefined>();
  readonly models = new DistinctValues<string | undefined>();
  readonly provider = new DistinctValues<string | undefined>();
  readonly prompt = new DistinctValues<string | undefined>();

  add({ dataset, split, model, provider, prompt }: JudgedRow): void {
    this.dataset.add(dataset);
    this.split.add(split);
    this.models.add(model);
    this.provider.add(provider);
    this.prompt.add(prompt);
  }
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
