import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { EXIT, UserError } from '../errors.js';
import { JsonlWriter, refuseSpecialFile } from '../files/jsonl.js';
import { FileLock, type LockOptions } from '../files/lock.js';
import { dropHoles } from '../files/mend.js';
import type { Model } from '../models/classifier.js';
import { isOfStudent } from '../models/student.js';
import { CostTotal } from '../pricing/cost.js';
import {
  attemptKey,
  type LabelNames,
  originColumns,
  type RowLabel,
  rowKey,
  type Sample,
  type Verdict,
} from '../records.js';
import { type Task, TOXICITY } from '../task/task.js';
import { readLabels, readUnanswered, unansweredPath } from './reader.js';

/** What every row of one file has in common. */
export interface Source {
  readonly model: string;
  readonly provider: string;
  readonly prompt: string;
  readonly dataset: string;
  readonly split: string | null;
}

export function sourceOf(
  { id, provider, prompt }: Model,
  { name, split }: { readonly name: string; readonly split: string | null },
): Source {
  return { model: id, provider, prompt, dataset: name, split };
}

/** A row as it is put to a model; with the number of the run where it is asked more than once. */
export interface Attempt extends Sample {
  /** From 1. */
  readonly run?: number;
}

/** Names an attempt across runs and files. */
export const keyOfAttempt = ({ index, text, run }: Attempt) => attemptKey(rowKey(index, text), run);

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
  /** Rows that are on record under another name: the name that they have now, and that one. */
  readonly moved?: ReadonlyMap<string, string> | undefined;
}

/** What a file of labels holds, by all the runs that wrote it. */
export interface FileTotals {
  readonly labels: Record<RowLabel, number>;
  /** Rows, and further runs of them, that were asked and have no label. */
  unanswered: number;
  /** Of every row that was asked, those without a label among them. */
  readonly cost: CostTotal;
}

const emptyTotals = (): FileTotals => ({
  labels: { positive: 0, negative: 0 },
  unanswered: 0,
  cost: new CostTotal(),
});

/**
 * A file of labels that a run writes and picks up again, with its companion for the rows that got
 * none. A row counts as done by its index and its text, and by its run where it is asked more than
 * once.
 */
export class LabelFile {
  readonly path: string;
  /** Where `fresh` put the files that were there. */
  readonly kept: readonly string[];
  /** With what was appended. */
  readonly totals: FileTotals;
  readonly #source: Source;
  readonly #names: LabelNames;
  readonly #done: ReadonlySet<string>;
  readonly #withoutLabel: Set<string>;
  readonly #lock: FileLock;
  readonly #holes: number;
  readonly #labels: JsonlWriter;
  #unanswered: JsonlWriter | undefined;

  private constructor(
    path: string,
    source: Source,
    { names, kept, holes, lock, ...before }: Opened,
  ) {
    this.path = path;
    this.kept = kept;
    this.totals = before.totals;
    this.#holes = holes;
    this.#source = source;
    this.#names = names;
    this.#done = before.done;
    this.#withoutLabel = before.withoutLabel;
    this.#lock = lock;
    this.#labels = new JsonlWriter(path, FIRST_KEY);
    if (existsSync(unansweredPath(path))) this.#unanswered = openUnanswered(path);
  }

  /**
   * Opens the file for a source and finds out what is done. A file of another source is left
   * untouched.
   *
   * @throws UserError when another process writes it, when it holds labels of another model, prompt
   *   or dataset, or a bad line, or when it cannot be written
   */
  static async open(
    path: string,
    source: Source,
    options: OpenOptions & Pick<LockOptions, 'onNote'> = {},
  ): Promise<LabelFile> {
    refuseSpecialFile(path);
    const lock = await FileLock.take(path, { onNote: options.onNote });
    try {
      const files = [path, unansweredPath(path)];
      if (options.discard) for (const file of files) rmSync(file, { force: true });
      const kept = options.fresh ? files.flatMap(setAside) : [];
      let holes = 0;
      for (const file of files) holes += await dropHoles(file, FIRST_KEY);
      const sizes = files.map(sizeOf);
      const before = await readDone(path, source, options);
      const changed = files.find((file, i) => sizeOf(file) !== sizes[i]);
      if (changed !== undefined) throw changedError(changed);
      const names = namesOf(options);
      return new LabelFile(path, source, { ...before, names, kept, holes, lock });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Bytes of lines that a crash left in part, dropped on opening. */
  get tornBytes(): number {
    return this.#holes + this.#labels.tornBytes + (this.#unanswered?.tornBytes ?? 0);
  }

  isDone(attempt: Attempt): boolean {
    return this.hasDone(keyOfAttempt(attempt));
  }

  /** The same by the key of an attempt. */
  hasDone(key: string): boolean {
    return this.#done.has(key);
  }

  /**
   * To be called after each row; what is in flight then can still be written.
   *
   * @throws UserError when the files were moved, deleted or changed by others, or another run
   *   writes them by now, this one having been halted
   */
  assertIntact(): void {
    this.#labels.assertIntact();
    this.#unanswered?.assertIntact();
    this.#lock.assertHeld();
  }

  /** Writes a row before it returns. */
  append(attempt: Attempt, verdict: Verdict): void {
    const { input, ...columns } = originColumns(attempt, this.#names);
    const { run = 1 } = attempt;
    const which = run === 1 ? {} : { run };
    const provenance = {
      ...this.#source,
      usage: verdict.usage,
      cost_usd: verdict.costUsd,
      latency_ms: verdict.latencyMs === null ? null : round(verdict.latencyMs),
      ...(verdict.answeredBy === undefined ? {} : { answered_by: verdict.answeredBy }),
      ...(verdict.studentScore === undefined ? {} : { student_score: verdict.studentScore }),
    };
    this.totals.cost.add(verdict.costUsd);
    const key = keyOfAttempt(attempt);
    if (verdict.outcome === 'answered') this.#withoutLabel.delete(key);
    else this.#withoutLabel.add(key);
    this.totals.unanswered = this.#withoutLabel.size;
    if (verdict.outcome === 'answered') {
      const { label, score, categories } = verdict;
      this.totals.labels[label] += 1;
      const more = {
        ...(score === undefined ? {} : { score }),
        ...(categories ? { categories } : {}),
      };
      this.#labels.append({
        input,
        prediction: this.#names[label],
        ...columns,
        ...provenance,
        ...more,
        ...which,
      });
      return;
    }
    this.#unanswered ??= openUnanswered(this.path);
    const { outcome, raw } = verdict;
    const failure =
      outcome === 'failed' ? { error: verdict.error, retryable: verdict.retryable } : {};
    this.#unanswered.append({
      input,
      ...columns,
      outcome,
      raw,
      ...failure,
      ...provenance,
      ...which,
    });
  }

  /**
   * A file without a row is removed: nobody should take it for one of labels.
   *
   * @throws UserError when the rows are not on disk
   */
  close(): void {
    try {
      this.#labels.close();
      if (this.#labels.isEmpty) rmSync(this.path);
    } finally {
      try {
        this.#unanswered?.close();
      } finally {
        this.#lock.release();
      }
    }
  }
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;

/** Rows that were read, and are gone since, would count as done. */
const changedError = (path: string) =>
  new UserError(`${path} was changed by another program while it was being read`, {
    hint: 'run the same command again: it asks for rows that the file does not hold',
    exitCode: EXIT.couldNotFinish,
  });

/** Every row begins with its text, here and in the files of 2024. */
const FIRST_KEY = 'input';

const openUnanswered = (path: string) => new JsonlWriter(unansweredPath(path), FIRST_KEY);

/** What is known of a file once it is open. */
interface Opened extends Done {
  readonly names: LabelNames;
  readonly kept: readonly string[];
  /** Bytes of lines with holes that were dropped. */
  readonly holes: number;
  readonly lock: FileLock;
}

/** How a file under these options calls the two labels. */
export const namesOf = ({ task = TOXICITY }: LabelFileOptions): LabelNames => task.labels;

/** What a file of labels holds already. */
export interface Done {
  /** The keys of the rows, and of their further runs, that need no request. */
  readonly done: Set<string>;
  /** The keys of those that were asked and have no label, whether or not they need another request. */
  readonly withoutLabel: Set<string>;
  /** Tokens of an answer on average, where rows tell. */
  readonly meanAnswerTokens: number | undefined;
  readonly totals: FileTotals;
}

/**
 * Reads which rows need no request; nothing is written. A file that is to start empty has none.
 *
 * @throws UserError when a line is bad, or of another source
 */
export async function readDone(
  path: string,
  source: Source,
  options: OpenOptions = {},
): Promise<Done> {
  const { retryUnanswered = false, fresh, discard, anyDataset, moved = [] } = options;
  const { model, provider, prompt } = source;
  const compared = anyDataset ? { model, provider, prompt } : source;
  const names = namesOf(options);
  const done = new Set<string>();
  const totals = emptyTotals();
  const nothing = { done, withoutLabel: new Set<string>(), meanAnswerTokens: undefined, totals };
  if (fresh || discard) return nothing;
  let counted = 0;
  let answerTokens = 0;
  if (existsSync(path)) {
    for await (const { number, value, key, run } of readLabels(path, names, { torn: 'skip' })) {
      refuseOtherSource(path, number, value, compared);
      done.add(attemptKey(key, run));
      totals.labels[value.prediction] += 1;
      totals.cost.add(value.cost_usd ?? null);
      if (!value.usage) continue;
      counted += 1;
      answerTokens += value.usage.completion_tokens;
    }
  }
  const unanswered = await readUnanswered(path, names, done, ({ number, value }, companion) => {
    refuseOtherSource(companion, number, value, compared);
    totals.cost.add(value.cost_usd ?? null);
  });
  for (const [key, { retryable }] of unanswered) {
    // Asking again would only pay twice.
    if (retryable !== true && !retryUnanswered) done.add(key);
  }
  for (const [key, recorded] of moved) if (done.has(recorded)) done.add(key);
  totals.unanswered = unanswered.size;
  return {
    done,
    withoutLabel: new Set(unanswered.keys()),
    meanAnswerTokens: counted > 0 ? answerTokens / counted : undefined,
    totals,
  };
}

const COMPARED = ['model', 'provider', 'prompt', 'dataset', 'split'] as const;

function refuseOtherSource(
  path: string,
  line: number,
  row: Partial<Record<keyof Source, string | null | undefined>>,
  source: Partial<Source>,
): void {
  const key = COMPARED.find((name) => name in source && row[name] !== source[name]);
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

/**
 * Renames a file out of the way: labels are paid for, so nothing here deletes them. The folder is
 * synced when the new file is made in it.
 */
export function setAside(path: string): string[] {
  if (!existsSync(path)) return [];
  let number = 1;
  while (existsSync(`${path}.old-${number}`)) number += 1;
  const aside = `${path}.old-${number}`;
  renameSync(path, aside);
  return [aside];
}

const round = (milliseconds: number) => Math.round(milliseconds * 1000) / 1000;
