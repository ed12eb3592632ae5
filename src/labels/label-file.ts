import { existsSync, renameSync } from 'node:fs';
import { UserError } from '../errors.js';
import { JsonlWriter, readJsonl, refuseSpecialFile } from '../files/jsonl.js';
import { FileLock } from '../files/lock.js';
import type { Model } from '../models/classifier.js';
import {
  labelledRowSchema,
  originColumns,
  rowKey,
  type Sample,
  type UnansweredOutcome,
  unansweredRowSchema,
  type Verdict,
} from '../records.js';

/** Where the rows that got no label go. */
export const unansweredPath = (out: string) => `${out}.unanswered.jsonl`;

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

export interface LabelFileOptions {
  /** Start anew; what was there is kept under another name. */
  readonly fresh?: boolean;
  /** Ask again every row that got no label, not only those that failed on the way. */
  readonly retryUnanswered?: boolean;
}

/**
 * The file of labels that `collect` writes and picks up again, with its companion for the rows
 * that got none. A row counts as done by its index and its text.
 */
export class LabelFile {
  readonly path: string;
  /** Where `fresh` put the files that were there. */
  readonly kept: readonly string[];
  readonly #source: Source;
  readonly #done: ReadonlySet<string>;
  readonly #lock: FileLock;
  readonly #labels: JsonlWriter;
  #unanswered: JsonlWriter | undefined;

  private constructor(
    path: string,
    source: Source,
    { done, kept, lock }: { done: ReadonlySet<string>; kept: readonly string[]; lock: FileLock },
  ) {
    this.path = path;
    this.kept = kept;
    this.#source = source;
    this.#done = done;
    this.#lock = lock;
    this.#labels = new JsonlWriter(path);
    if (existsSync(unansweredPath(path))) this.#unanswered = new JsonlWriter(unansweredPath(path));
  }

  /**
   * Opens the file for a source and finds out what is done. A file of another source is left
   * untouched.
   *
   * @throws UserError when another process writes it, when it holds labels of another model, prompt or dataset, a bad line,
   *   or cannot be written
   */
  static async open(
    path: string,
    source: Source,
    options: LabelFileOptions = {},
  ): Promise<LabelFile> {
    refuseSpecialFile(path);
    const lock = FileLock.take(path);
    try {
      const kept = options.fresh ? [path, unansweredPath(path)].flatMap(setAside) : [];
      const { done } = await readDone(path, source, options);
      return new LabelFile(path, source, { done, kept, lock });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Bytes of half-written lines that were dropped on opening. */
  get tornBytes(): number {
    return this.#labels.tornBytes + (this.#unanswered?.tornBytes ?? 0);
  }

  isDone({ index, text }: Sample): boolean {
    return this.#done.has(rowKey(index, text));
  }

  /** Writes a row before it returns. */
  append(sample: Sample, verdict: Verdict): void {
    const { input, ...columns } = originColumns(sample);
    const provenance = {
      ...this.#source,
      usage: verdict.usage,
      cost_usd: verdict.costUsd,
      latency_ms: verdict.latencyMs === null ? null : round(verdict.latencyMs),
    };
    if (verdict.outcome === 'answered') {
      const { label, score, categories } = verdict;
      const more = {
        ...(score === undefined ? {} : { score }),
        ...(categories ? { categories } : {}),
      };
      this.#labels.append({ input, prediction: label, ...columns, ...provenance, ...more });
      return;
    }
    this.#unanswered ??= new JsonlWriter(unansweredPath(this.path));
    const { outcome, raw } = verdict;
    const failure =
      outcome === 'failed' ? { error: verdict.error, retryable: verdict.retryable } : {};
    this.#unanswered.append({ input, ...columns, outcome, raw, ...failure, ...provenance });
  }

  close(): void {
    this.#labels.close();
    this.#unanswered?.close();
    this.#lock.release();
  }
}

/** How the rows beside a label file went unanswered, by outcome; a row's last entry counts. */
export async function countUnanswered(
  path: string,
  labelled: ReadonlySet<number>,
): Promise<Map<UnansweredOutcome, number>> {
  const outcomes = new Map<number, UnansweredOutcome>();
  const companion = unansweredPath(path);
  if (existsSync(companion)) {
    for await (const { value } of readJsonl(companion, unansweredRowSchema, { tornEnd: 'skip' })) {
      if (!labelled.has(value.ds_original_idx)) outcomes.set(value.ds_original_idx, value.outcome);
    }
  }
  const counts = new Map<UnansweredOutcome, number>();
  for (const outcome of outcomes.values()) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

/** What a file of labels holds already. */
export interface Done {
  /** The keys of the rows that need no request. */
  readonly done: Set<string>;
  /** Tokens of an answer on average, where rows tell. */
  readonly meanAnswerTokens: number | undefined;
}

/**
 * Reads which rows need no request; nothing is written.
 *
 * @throws UserError when a line is bad, or of another source
 */
export async function readDone(
  path: string,
  source: Source,
  { retryUnanswered = false }: LabelFileOptions = {},
): Promise<Done> {
  const done = new Set<string>();
  let counted = 0;
  let answerTokens = 0;
  if (existsSync(path)) {
    for await (const { number, value } of readJsonl(path, labelledRowSchema, { tornEnd: 'skip' })) {
      refuseOtherSource(path, number, value, source);
      done.add(rowKey(value.ds_original_idx, value.input));
      if (!value.usage) continue;
      counted += 1;
      answerTokens += value.usage.completion_tokens;
    }
  }
  for (const [key, isFinal] of await unansweredKeys(path, source)) {
    if (isFinal && !retryUnanswered) done.add(key);
  }
  return { done, meanAnswerTokens: counted > 0 ? answerTokens / counted : undefined };
}

/** By key: whether asking again would only pay twice. */
async function unansweredKeys(out: string, source: Source): Promise<Map<string, boolean>> {
  const path = unansweredPath(out);
  const keys = new Map<string, boolean>();
  if (!existsSync(path)) return keys;
  for await (const { number, value } of readJsonl(path, unansweredRowSchema, { tornEnd: 'skip' })) {
    refuseOtherSource(path, number, value, source);
    keys.set(rowKey(value.ds_original_idx, value.input), value.retryable !== true);
  }
  return keys;
}

const COMPARED = ['model', 'provider', 'prompt', 'dataset', 'split'] as const;

function refuseOtherSource(
  path: string,
  line: number,
  row: Partial<Record<keyof Source, string | null | undefined>>,
  source: Source,
): void {
  const key = COMPARED.find((name) => row[name] !== source[name]);
  if (!key) return;
  const found = row[key] === undefined ? `no ${key} on record` : `${key} ${row[key]}`;
  throw new UserError(
    `${path} line ${line} was made with ${found}, this run has ${key} ${source[key]}`,
    {
      hint: 'start it anew with --fresh (the old one is kept), or, in collect, write to another with --out',
    },
  );
}

/** Renames a file out of the way: labels are paid for, so nothing here deletes them. */
function setAside(path: string): string[] {
  if (!existsSync(path)) return [];
  let number = 1;
  while (existsSync(`${path}.old-${number}`)) number += 1;
  const aside = `${path}.old-${number}`;
  renameSync(path, aside);
  return [aside];
}

const round = (milliseconds: number) => Math.round(milliseconds * 1000) / 1000;
