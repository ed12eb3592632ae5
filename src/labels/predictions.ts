import { existsSync } from 'node:fs';
import { UserError } from '../errors.js';
import type { OnRead } from '../files/bytes.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import { type LabelledRow, sampleOf, type UnansweredRow, verdictOf } from '../records.js';
import { keyNumber, numberOfKey } from '../row-key.js';
import { KeyTable, type RowKeys } from '../rows/keys.js';
import type { Verdicts } from '../rows/verdicts.js';
import { NO_VERDICTS, VerdictsBuilder } from '../rows/verdicts-builder.js';
import type { Sample } from '../sample.js';
import { DistinctValues } from './distinct-values.js';
import type { EvalFile } from './eval-file.js';
import { readLabelBlocks, readUnanswered } from './reader.js';

/** What one model said of the rows of an evaluation file. */
export interface Predictions {
  readonly file: string;
  readonly id: string | null;
  readonly provider: string | null;
  readonly prompt: string | null;
  /** Rows of the file that are not of the evaluation file, and the dataset and split they name. */
  readonly others: { readonly rows: number; readonly of: string | null };
  /** Failures of distinct rows, or of further runs of them, that the next run asks again. */
  readonly retryable: number;
  /** One for each row of the evaluation file; undefined where it was not asked. */
  readonly verdicts: Verdicts;
  /** Each of the times that rows were asked: first `verdicts`, then any further run. */
  readonly runs: readonly Verdicts[];
}

/** What is put to a model: a row that stands in the file more than once is there once. */
export function distinctSamples({ rows }: Pick<EvalFile, 'rows'>): Sample[] {
  const isFirst = new Uint8Array(rows.length);
  for (const row of rows.keys.firstRows()) isFirst[row] = 1;
  const samples: Sample[] = [];
  let place = 0;
  for (const row of rows) {
    if (isFirst[place] === 1) samples.push(sampleOf(row));
    place += 1;
  }
  return samples;
}

/** @throws UserError when there is no such file of kept answers */
export function refuseNoAnswers(path: string): void {
  if (existsSync(path)) return;
  throw new UserError(`there is no file of predictions ${path}`, {
    hint: 'evaluate keeps the answers of a model as outputs/<eval-file>.<provider>-<id>.jsonl',
  });
}

/**
 * Reads what a model said of the rows of an evaluation file, from a file that `evaluate` or
 * `collect` wrote. Nothing is sent.
 *
 * @param options.mayBeMissing - whether there may be no file, as where not one row got a label
 * @throws UserError when the file is missing or has a bad line
 */
export async function readPredictions(
  path: string,
  { rows, task: { labels } }: Pick<EvalFile, 'rows' | 'task'>,
  options: { readonly mayBeMissing?: boolean; readonly onRead?: OnRead | undefined } = {},
): Promise<Predictions> {
  if (!options.mayBeMissing) refuseNoAnswers(path);
  const isThere = existsSync(path);
  refuseSpecialFile(path);
  const said = new Said(rows.keys);
  const names = new Names();
  const blocks = isThere
    ? readLabelBlocks(path, labels, { torn: 'skip', onRead: options.onRead })
    : [];
  for await (const lines of blocks) {
    for (const { value } of lines) {
      names.add(value);
      said.put(value);
    }
  }
  for (const entry of (await readUnanswered(path, labels, said)).values()) {
    names.add(entry);
    said.put(entry);
  }
  const { runs, retryable } = said.build();
  const { source, ...common } = names.common();
  return {
    file: path,
    ...common,
    others: { rows: said.others, of: source },
    retryable,
    verdicts: runs[0] ?? NO_VERDICTS,
    runs,
  };
}

/** What a file says of the rows of an evaluation file, by the numbers of their keys. */
class Said {
  readonly #keys: RowKeys;
  /** By run, from 1. */
  readonly #runs: VerdictsBuilder[] = [];
  readonly #others = new KeyTable();
  #next = 0;

  constructor(keys: RowKeys) {
    this.#keys = keys;
  }

  put(row: LabelledRow | UnansweredRow): void {
    const key = keyNumber(row.ds_original_idx, row.input);
    // Answers mostly stand in the order of the rows.
    const number = this.#keys.numberOf(key, this.#next);
    if (number === undefined) {
      this.#others.add(key);
      return;
    }
    this.#of(row.run ?? 1).put(number, verdictOf(row));
    this.#next = number + 1;
  }

  /** @param attempt - see {@link attemptKey} */
  has(attempt: string): boolean {
    const [key = '', run = '1'] = attempt.split('#');
    const number = this.#keys.numberOf(numberOfKey(key));
    return number !== undefined && this.#runs[Number(run) - 1]?.has(number) === true;
  }

  /** How many rows are not of the evaluation file. */
  get others(): number {
    return this.#others.size;
  }

  /** At least one run. A row that stands in the file more than once was asked once. */
  build(): Pick<Predictions, 'runs' | 'retryable'> {
    this.#of(1);
    const { numbers, distinct } = this.#keys;
    const runs = this.#runs.map((run) => run.build(distinct));
    return {
      runs: distinct === numbers.length ? runs : runs.map((run) => run.pick(numbers)),
      retryable: runs.reduce((sum, run) => sum + run.retryable, 0),
    };
  }

  #of(run: number): VerdictsBuilder {
    while (this.#runs.length < run) this.#runs.push(new VerdictsBuilder());
    return this.#runs[run - 1] as VerdictsBuilder;
  }
}

/** What the rows of a file say of where they come from: the model, and what it was asked. */
class Names {
  readonly #ids = new DistinctValues<string | undefined>();
  readonly #providers = new DistinctValues<string | undefined>();
  readonly #prompts = new DistinctValues<string | undefined>();
  readonly #sources = new DistinctValues<string>();

  add({ model, provider, prompt, dataset, split }: Partial<LabelledRow | UnansweredRow>): void {
    this.#ids.add(model);
    this.#providers.add(provider);
    this.#prompts.add(prompt);
    if (dataset !== undefined) this.#sources.add(split ? `${dataset}, ${split}` : dataset);
  }

  common() {
    return {
      id: joined(this.#ids.all),
      provider: joined(this.#providers.all),
      prompt: joined(this.#prompts.all),
      source: joined(this.#sources.all),
    };
  }
}

function joined(values: ReadonlySet<string | undefined>): string | null {
  const names = [...values].filter((name) => name !== undefined);
  return names.length === 0 ? null : names.join(' + ');
}
