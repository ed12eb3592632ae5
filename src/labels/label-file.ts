import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { EXIT, UserError } from '../errors.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import { JsonlWriter } from '../files/jsonl-writer.js';
import { FileLock, type LockOptions } from '../files/lock.js';
import { dropHoles } from '../files/mend.js';
import { attemptKey, rowKey } from '../row-key.js';
import type { AttemptKeys } from '../rows/attempt-keys.js';
import type { LabelNames } from '../terms.js';
import type { Verdict } from '../verdict.js';
import { type Done, type FileTotals, namesOf, type OpenOptions, readDone } from './done-rows.js';
import type { Edited } from './edited-dataset.js';
import { type Attempt, labelLine, type Source, unansweredLine } from './label-line.js';
import { unansweredPath } from './reader.js';

/** Names an attempt across runs and files. */
export const keyOfAttempt = ({ index, text, run }: Attempt) => attemptKey(rowKey(index, text), run);

/**
 * A file of labels that a run writes and picks up again, with its companion for the rows that got
 * none. A row counts as done by its index and its text, and by its run where it is asked more than
 * once.
 */
export class LabelFile {
  readonly path: string;
  /** Where `fresh` put the files that were there. */
  readonly kept: readonly string[];
  /** How the dataset has changed since the file was written. */
  readonly edited: Edited;
  /** With what was appended. */
  readonly totals: FileTotals;
  readonly #source: Source;
  readonly #names: LabelNames;
  readonly #done: AttemptKeys;
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
    this.edited = before.edited;
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
    return this.#done.hasAttempt(attempt);
  }

  /** Whether nothing is left to ask of rows, by the numbers of their keys. */
  hasDoneAll(keys: readonly number[]): boolean {
    return keys.every((key) => this.#done.rows.has(key));
  }

  /** The same by the key of an attempt. */
  hasDone(key: string): boolean {
    return this.#done.has(key);
  }

  /**
   * To be called after each row; what is in flight then can still be written. The files are looked at
   * ten times a second at most, and once more when they are closed.
   *
   * @throws UserError when the files were moved, deleted or changed by others, or another run
   *   writes them by now, this one having been halted
   */
  assertIntact(): void {
    this.#labels.watch();
    this.#unanswered?.watch();
    this.#lock.assertHeld();
  }

  /** Writes a row before it returns. */
  append(attempt: Attempt, verdict: Verdict): void {
    this.appendAll([{ attempt, verdict }]);
  }

  /** Writes rows before it returns: faster together than one by one. */
  appendAll(rows: readonly { readonly attempt: Attempt; readonly verdict: Verdict }[]): void {
    const labels: object[] = [];
    const unanswered: object[] = [];
    for (const { attempt, verdict } of rows) {
      this.#count(attempt, verdict);
      if (verdict.outcome === 'answered') {
        labels.push(labelLine(attempt, verdict, this.#source, this.#names));
      } else unanswered.push(unansweredLine(attempt, verdict, this.#source, this.#names));
    }
    if (labels.length > 0) this.#labels.append(...labels);
    if (unanswered.length === 0) return;
    this.#unanswered ??= openUnanswered(this.path);
    this.#unanswered.append(...unanswered);
  }

  #count(attempt: Attempt, verdict: Verdict): void {
    this.totals.cost.add(verdict.costUsd);
    if (verdict.outcome === 'answered') {
      this.totals.labels[verdict.label] += 1;
      if (attempt.label !== null) this.totals.labelledByPeople += 1;
    }
    // Hardly a row is asked again that went unanswered, and to name one takes longer than to write it.
    if (verdict.outcome === 'answered' && this.#withoutLabel.size === 0) return;
    const key = keyOfAttempt(attempt);
    if (verdict.outcome === 'answered') this.#withoutLabel.delete(key);
    else this.#withoutLabel.add(key);
    this.totals.unanswered = this.#withoutLabel.size;
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
