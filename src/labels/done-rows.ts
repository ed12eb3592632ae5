import { existsSync } from 'node:fs';
import type { Dataset } from '../datasets/index.js';
import { UserError } from '../errors.js';
import type { OnRead } from '../files/bytes.js';
import { isOfStudent } from '../models/student.js';
import { CostTotal } from '../pricing/cost.js';
import { numberOfKey } from '../row-key.js';
import { AttemptKeys } from '../rows/attempt-keys.js';
import type { KeyTable } from '../rows/keys.js';
import { type Task, TOXICITY } from '../task/task.js';
import type { LabelNames, RowLabel } from '../terms.js';
import { AS_IT_WAS, compareWithRecord, type Edited } from './edited-dataset.js';
import { SOURCE_KEYS, type Source } from './label-line.js';
import { readLabelBlocks, readUnanswered } from './reader.js';

export interface LabelFileOptions {
  /** What the rows are labelled for; its names of the labels stand in the file. Default: toxicity. */
  readonly task?: Task | undefined;
  /** Start an empty file; what was there is kept under another name. */
  readonly fresh?: boolean;
  /** Start an empty file; what was there cost nothing, and is deleted. */
  readonly discard?: boolean;
  /** Rows are what their index and text say, whatever dataset the file names. */
  readonly anyDataset?: boolean;
  /** Ask again every row that got no label, not only those that failed on the way. */
  readonly retryUnanswered?: boolean;
}

/** How a label file is opened by a run, beside what its user says. */
export interface OpenOptions extends LabelFileOptions {
  readonly onRead?: OnRead | undefined;
  /** Where the rows come from: one that is on record and has another place there now counts as done. */
  readonly dataset?: Dataset | undefined;
}

/** How a file under these options calls the two labels. */
export const namesOf = ({ task = TOXICITY }: LabelFileOptions): LabelNames => task.labels;

/** What a file of labels holds, by all the runs that wrote it. */
export interface FileTotals {
  readonly labels: Record<RowLabel, number>;
  /** Rows, and further runs of them, that were asked and have no label. */
  unanswered: number;
  /** Rows with a label that people have labelled too. */
  labelledByPeople: number;
  /** Of every row that was asked, those without a label among them. */
  readonly cost: CostTotal;
}

const emptyTotals = (): FileTotals => ({
  labels: { positive: 0, negative: 0 },
  unanswered: 0,
  labelledByPeople: 0,
  cost: new CostTotal(),
});

/** What a file of labels holds already. */
export interface Done {
  /** The keys of the rows, and of their further runs, that need no request. */
  readonly done: AttemptKeys;
  /** The keys of those that were asked and have no label, whether or not they need another request. */
  readonly withoutLabel: Set<string>;
  /** Tokens of an answer on average, where rows tell. */
  readonly meanAnswerTokens: number | undefined;
  readonly totals: FileTotals;
  /** How the dataset has changed since, where it is known. */
  readonly edited: Edited;
}

/**
 * Reads which rows need no request; nothing is written. A file that is to start empty has none.
 *
 * @throws UserError when a line is bad, or of another source, or most of the rows are not in the dataset
 */
export async function readDone(
  path: string,
  source: Source,
  options: OpenOptions = {},
): Promise<Done> {
  const { retryUnanswered = false, fresh, discard, anyDataset, dataset, onRead } = options;
  const { model, provider, prompt } = source;
  const compared = anyDataset ? { model, provider, prompt } : source;
  const names = namesOf(options);
  const done = new AttemptKeys();
  const totals = emptyTotals();
  const withoutLabel = new Set<string>();
  const meanAnswerTokens = undefined;
  if (fresh || discard) return { done, withoutLabel, meanAnswerTokens, totals, edited: AS_IT_WAS };
  let counted = 0;
  let answerTokens = 0;
  if (existsSync(path)) {
    for await (const lines of readLabelBlocks(path, names, {
      torn: 'skip',
      onRead,
    })) {
      for (const { number, value } of lines) {
        refuseOtherSource(path, number, value, compared);
        done.addAttempt({ index: value.ds_original_idx, text: value.input, run: value.run });
        totals.labels[value.prediction] += 1;
        if (value.true_label !== null) totals.labelledByPeople += 1;
        totals.cost.add(value.cost_usd ?? null);
        if (!value.usage) continue;
        counted += 1;
        answerTokens += value.usage.completion_tokens;
      }
    }
  }
  const unanswered = await readUnanswered(path, names, done, ({ number, value }, companion) => {
    refuseOtherSource(companion, number, value, compared);
    totals.cost.add(value.cost_usd ?? null);
  });
  const recorded = recordedKeys(done, unanswered.keys());
  const edited = dataset
    ? await compareWithRecord(dataset, path, { recorded, names, onRead })
    : AS_IT_WAS;
  for (const [key, { retryable }] of unanswered) {
    // Asking again would only pay twice.
    if (retryable !== true && !retryUnanswered) done.add(key);
  }
  for (const [key, before] of edited.moved) if (done.has(before)) done.add(key);
  totals.unanswered = unanswered.size;
  return {
    done,
    withoutLabel: new Set(unanswered.keys()),
    meanAnswerTokens: counted > 0 ? answerTokens / counted : undefined,
    totals,
    edited,
  };
}

/** The rows that have a label, and those that were asked and have none. */
function recordedKeys({ rows }: AttemptKeys, withoutLabel: Iterable<string>): KeyTable {
  const all = rows.copy();
  for (const key of withoutLabel) all.add(numberOfKey(key));
  return all;
}

function refuseOtherSource(
  path: string,
  line: number,
  row: Partial<Record<keyof Source, string | null | undefined>>,
  source: Partial<Source>,
): void {
  const key = SOURCE_KEYS.find((name) => name in source && row[name] !== source[name]);
  if (!key) return;
  const hint = 'write to another file, or start an empty one with `fresh` (the old one is kept)';
  if (key === 'prompt' && isOfStudent(row.prompt ?? null) && isOfStudent(source.prompt ?? null)) {
    throw new UserError(
      `${path} line ${line} was made by another student of this name (${row.prompt}; this run has ${source.prompt})`,
      { hint },
    );
  }
  const found = row[key] === undefined ? `no ${key} on record` : `${key} ${row[key]}`;
  throw new UserError(
    `${path} line ${line} was made with ${found}, this run has ${key} ${source[key]}`,
    { hint },
  );
}
