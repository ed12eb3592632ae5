import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnalysisRow, AnalysisTeacher } from '../analysis/input.js';
import { UserError } from '../errors.js';
import { readJsonl, refuseSpecialFile } from '../files/jsonl.js';
import type { CostTotal } from '../pricing/cost.js';
import type { PriceFile } from '../pricing/price-file.js';
import {
  addUsage,
  type LabelledRow,
  labelledRowSchema,
  type Sample,
  sampleOf,
  type Usage,
} from '../records.js';
import { countUnanswered } from './label-file.js';
import { RecordedCost } from './recorded-cost.js';

/** Whose labels count as the truth: people's, or the teacher's. */
export const TRUTHS = ['human', 'gpt'] as const;
export type Truth = (typeof TRUTHS)[number];

/** What the 2024 cookbook called its teacher; its files do not name it. */
const UNNAMED_TEACHER = 'GPT4';

/** A row of the evaluation file: what is put to a model, and what an analysis needs. */
export interface EvalRow extends AnalysisRow {
  readonly sample: Sample;
}

/** An evaluation file, read and found good. */
export interface EvalFile {
  readonly path: string;
  readonly sha256: string;
  /** As all rows name it; null where they name none, or several. */
  readonly dataset: string | null;
  readonly split: string | null;
  readonly rows: readonly EvalRow[];
  readonly teacher: AnalysisTeacher;
  readonly teacherCost: CostTotal;
  /** Rows whose index stands in the file more than once; each is counted as often as it stands. */
  readonly repeatedRows: number;
}

/**
 * Reads a file that `collect` wrote, or one of the 2024 cookbook's, whole.
 *
 * @throws UserError when the file is missing, empty, has a bad line, or no human labels although
 *   they are to be the truth
 */
export async function readEvalFile(
  path: string,
  trueLabels: Truth,
  prices: PriceFile | undefined,
): Promise<EvalFile> {
  await checkExists(path);
  refuseSpecialFile(path);
  const lines: LabelledRow[] = [];
  const cost = new RecordedCost(prices);
  for await (const { value } of readJsonl(path, labelledRowSchema)) {
    lines.push(value);
    await cost.add(value);
  }
  if (lines.length === 0) {
    throw new UserError(`${path} holds no rows`, { hint: 'write some with collect first' });
  }
  if (trueLabels === 'human' && lines.every(({ true_label }) => true_label === null)) {
    throw new UserError(
      `${path} has no human labels (true_label is null in all ${lines.length} rows)`,
      { hint: "take the teacher's labels as the truth with --true-labels gpt" },
    );
  }
  const indices = new Set(lines.map(({ ds_original_idx }) => ds_original_idx));
  return {
    path,
    sha256: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
    dataset: common(lines.map(({ dataset }) => dataset)),
    split: common(lines.map(({ split }) => split)),
    rows: lines.map(toEvalRow),
    teacher: await teacherOf(path, lines, { cost: cost.total, indices }),
    teacherCost: cost.total,
    repeatedRows: lines.length - indices.size,
  };
}

function toEvalRow(line: LabelledRow): EvalRow {
  const sample = sampleOf(line);
  return {
    sample,
    index: sample.index,
    input: sample.text,
    human: sample.label,
    teacher: line.prediction,
    jailbreaking: sample.jailbreaking,
    humanChecked: sample.humanChecked,
    columns: line,
  };
}

async function teacherOf(
  path: string,
  lines: readonly LabelledRow[],
  { cost, indices }: { cost: CostTotal; indices: ReadonlySet<number> },
): Promise<AnalysisTeacher> {
  const names = [...new Set(lines.flatMap(({ model }) => model ?? []))];
  return {
    name: names.length === 0 ? UNNAMED_TEACHER : names.join(' + '),
    id: common(lines.map(({ model }) => model)),
    provider: common(lines.map(({ provider }) => provider)),
    prompt: common(lines.map(({ prompt }) => prompt)),
    file: path,
    usage: lines.reduce<Usage | null>((sum, { usage }) => addUsage(sum, usage ?? null), null),
    cost: { usd: cost.unknown > 0 ? null : cost.usd, basis: 'as its rows record or name it' },
    latencies: lines.flatMap(({ latency_ms }) => latency_ms ?? []),
    unanswered: Object.fromEntries(await countUnanswered(path, indices)),
    scores: lines.map(({ score }) => score),
  };
}

/** What all values are; null where they differ or are not there. */
function common(values: readonly (string | null | undefined)[]): string | null {
  const [first] = values;
  return values.every((value) => value === first) ? (first ?? null) : null;
}

async function checkExists(evalFile: string): Promise<void> {
  await access(evalFile).catch((cause) => {
    const there = ['.', 'outputs', 'data'].flatMap(jsonlFilesIn);
    throw new UserError(`there is no file ${evalFile}`, {
      hint:
        there.length > 0
          ? `the JSONL files here are ${there.join(', ')}`
          : 'there is no JSONL file here, in outputs/ or in data/: write one with collect first',
      cause,
    });
  });
}

function jsonlFilesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl') && !name.endsWith('.unanswered.jsonl'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
