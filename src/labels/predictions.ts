import { existsSync } from 'node:fs';
import type { Verdicts } from '../analysis/outcomes.js';
import { UserError } from '../errors.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import {
  attemptKey,
  type LabelledRow,
  type Sample,
  sampleOf,
  type UnansweredRow,
  type Verdict,
  verdictOf,
} from '../records.js';
import type { EvalFile } from './eval-file.js';
import { keyOf, readLabels, readUnanswered } from './reader.js';

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
  const isThere = existsSync(path);
  if (!isThere && !options.mayBeMissing) {
    throw new UserError(`there is no file of predictions ${path}`, {
      hint: 'evaluate keeps the answers of a model as outputs/<eval-file>.<provider>-<id>.jsonl',
    });
  }
  refuseSpecialFile(path);
  const wanted = new Set(keys);
  const said = new Map<string, Verdict>();
  const names = new Names();
  const others = new Set<string>();
  let last = 1;
  const isWanted = (row: LabelledRow | UnansweredRow, key: string) => {
    names.add(row);
    if (!wanted.has(key)) others.add(key);
    return wanted.has(key);
  };
  const rows = isThere ? readLabels(path, labels, { torn: 'skip' }) : [];
  for await (const { value, key, run } of rows) {
    if (!isWanted(value, key)) continue;
    said.set(attemptKey(key, run), verdictOf(value));
    last = Math.max(last, run);
  }
  for (const [attempt, entry] of await readUnanswered(path, labels, said)) {
    if (!isWanted(entry, keyOf(entry))) continue;
    said.set(attempt, verdictOf(entry));
    last = Math.max(last, entry.run ?? 1);
  }
  const verdictsOf = (run: number) => keys.map((key) => said.get(attemptKey(key, run)));
  const verdicts = verdictsOf(1);
  const further = Array.from({ length: last - 1 }, (_, i) => verdictsOf(i + 2));
  const { source, ...common } = names.common();
  return {
    file: path,
    ...common,
    others: { rows: others.size, of: source },
    verdicts,
    runs: [verdicts, ...further],
  };
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
    if (dataset !== undefined) this.#sources.add([dataset, split].filter(Boolean).join(', '));
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
