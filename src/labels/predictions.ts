import { existsSync } from 'node:fs';
import type { Verdicts } from '../analysis/outcomes.js';
import { UserError } from '../errors.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import { type LabelledRow, sampleOf, type UnansweredRow, verdictOf } from '../records.js';
import type { Sample } from '../sample.js';
import type { Verdict } from '../verdict.js';
import type { EvalFile } from './eval-file.js';
import { keyOf, readLabelBlocks, readUnanswered } from './reader.js';

/** What one model said of the rows of an evaluation file. */
export interface Predictions {
  readonly file: string;
  readonly id: string | null;
  readonly provider: string | null;
  readonly prompt: string | null;
  /** Rows of the file that are not of the evaluation file, and the dataset and split they name. */
  readonly others: { readonly rows: number; readonly of: string | null };
  /** One for each row of the evaluation file; undefined where it was not asked. */
  readonly verdicts: Verdicts;
  /** Each of the times that rows were asked: first `verdicts`, then any further run. */
  readonly runs: readonly Verdicts[];
}

/** What is put to a model: a row that stands in the file more than once is there once. */
export function distinctSamples({ rows, keys }: EvalFile): Sample[] {
  const samples = new Map<string, Sample>();
  rows.forEach((row, i) => {
    const key = keys[i] ?? '';
    if (!samples.has(key)) samples.set(key, sampleOf(row));
  });
  return [...samples.values()];
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
  { keys, task: { labels } }: EvalFile,
  options: { readonly mayBeMissing?: boolean } = {},
): Promise<Predictions> {
  if (!options.mayBeMissing) refuseNoAnswers(path);
  const isThere = existsSync(path);
  refuseSpecialFile(path);
  const said = new Said(keys);
  const names = new Names();
  const blocks = isThere ? readLabelBlocks(path, labels, { torn: 'skip' }) : [];
  for await (const lines of blocks) {
    for (const { value, key, run } of lines) {
      names.add(value);
      said.put(key, run, value);
    }
  }
  for (const entry of (await readUnanswered(path, labels, said)).values()) {
    names.add(entry);
    said.put(keyOf(entry), entry.run ?? 1, entry);
  }
  const runs = said.runs();
  const { source, ...common } = names.common();
  return {
    file: path,
    ...common,
    others: { rows: said.others, of: source },
    verdicts: runs[0] ?? [],
    runs,
  };
}

/** What a file says of the rows of an evaluation file, by their places there. */
class Said {
  /** Where a row stands first. */
  readonly #places = new Map<string, number>();
  /** The same for each row: a row that stands there more than once was asked once. */
  readonly #first: Uint32Array;
  /** By run, from 1, and place. */
  readonly #runs: (Verdict | undefined)[][] = [];
  readonly #others = new Set<string>();

  constructor(keys: readonly string[]) {
    this.#first = Uint32Array.from(keys, (key, row) => {
      const place = this.#places.get(key) ?? row;
      this.#places.set(key, place);
      return place;
    });
  }

  put(key: string, run: number, row: LabelledRow | UnansweredRow): void {
    const place = this.#places.get(key);
    if (place === undefined) this.#others.add(key);
    else this.#of(run)[place] = verdictOf(row);
  }

  /** @param attempt - see {@link attemptKey} */
  has(attempt: string): boolean {
    const [key = '', run = '1'] = attempt.split('#');
    const place = this.#places.get(key);
    return place !== undefined && this.#runs[Number(run) - 1]?.[place] !== undefined;
  }

  /** How many rows are not of the evaluation file. */
  get others(): number {
    return this.#others.size;
  }

  /** At least one; rows that nothing is said of are undefined. */
  runs(): Verdicts[] {
    this.#of(1);
    return this.#runs.map((run) => Array.from(this.#first, (place) => run[place]));
  }

  #of(run: number): (Verdict | undefined)[] {
    while (this.#runs.length < run) this.#runs.push(new Array(this.#first.length).fill(undefined));
    return this.#runs[run - 1] as (Verdict | undefined)[];
  }
}

/** What the rows of a file say of where they come from: the model, and what it was asked. */
class Names {
  readonly #ids = new Set<string>();
  readonly #providers = new Set<string>();
  readonly #prompts = new Set<string>();
  readonly #sources = new Set<string>();

  add(row: Partial<LabelledRow | UnansweredRow>): void {
    const { model, provider, prompt, dataset, split } = row;
    if (model !== undefined) this.#ids.add(model);
    if (provider !== undefined) this.#providers.add(provider);
    if (prompt !== undefined) this.#prompts.add(prompt);
    if (dataset !== undefined) this.#sources.add(split ? `${dataset}, ${split}` : dataset);
  }

  common() {
    const joined = (names: Set<string>) => (names.size === 0 ? null : [...names].join(' + '));
    return {
      id: joined(this.#ids),
      provider: joined(this.#providers),
      prompt: joined(this.#prompts),
      source: joined(this.#sources),
    };
  }
}
