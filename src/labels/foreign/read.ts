import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { z } from 'zod';
import { messageOf, UserError } from '../../errors.js';
import { refuseSpecialFile } from '../../files/jsonl.js';
import { describeIssue } from '../../issues.js';
import { NO_VERDICTS, VerdictsBuilder } from '../../rows/verdicts-builder.js';
import type { Task } from '../../task/task.js';
import type { EvalFile } from '../eval-file.js';
import { type Predictions, refuseNoAnswers } from '../predictions.js';
import type { ForeignAnswer } from './answer.js';
import type { AnswerColumns } from './answer-columns.js';
import { answersOfTable } from './answers-table.js';
import { answersOfLog, inspectLogSchema } from './inspect-log.js';
import { answersOfPromptfoo, promptfooSchema } from './promptfoo-results.js';

/**
 * Reads what models said of the rows of an evaluation file from a log of inspect_ai, results of promptfoo,
 * or a table. A row is known by its text; rows of one text have one answer.
 *
 * @returns one for each model of the file
 * @throws UserError when the file is none of these, or is broken
 */
export async function readForeign(
  path: string,
  evalFile: EvalFile,
  columns: AnswerColumns = {},
): Promise<Predictions[]> {
  refuseNoAnswers(path);
  refuseSpecialFile(path);
  const answers = await answersIn(path, evalFile.task, columns);
  const models = new Map<string | null, ForeignAnswer[]>();
  for (const answer of answers) {
    const those = models.get(answer.model);
    if (those) those.push(answer);
    else models.set(answer.model, [answer]);
  }
  if (models.size === 0)
    throw new UserError(`${path} has no answers`, { hint: 'name another file' });
  return [...models].map(([model, those]) => predictionsOf(path, model, those, evalFile));
}

async function answersIn(
  path: string,
  task: Task,
  columns: AnswerColumns,
): Promise<ForeignAnswer[]> {
  const ending = extname(path).toLowerCase();
  if (ending === '.eval') {
    throw new UserError(`${path} is a log of inspect_ai in its packed form`, {
      hint: `unpack it: inspect log convert --to json --output-dir . ${path}`,
    });
  }
  if (ending !== '.json') return answersOfTable(path, task, columns);
  const value = parseJson(path);
  const has = (key: string) => typeof value === 'object' && value !== null && key in value;
  if (has('samples')) return answersOfLog(parsed(path, inspectLogSchema, value), task);
  if (has('results')) return answersOfPromptfoo(parsed(path, promptfooSchema, value), task);
  throw new UserError(`${path} is neither a log of inspect_ai nor results of promptfoo`, {
    hint: 'write rows with a text and a prediction as CSV or JSONL',
  });
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UserError(`${path} is not JSON: ${messageOf(cause)}`, {
      hint: 'write it anew, or name another file',
      cause,
    });
  }
}

function parsed<S extends z.ZodType>(path: string, schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UserError(`${path}: ${describeIssue(result.error, value)}`, {
    hint: 'docs/models.md says which logs and results are read',
  });
}

function predictionsOf(
  file: string,
  id: string | null,
  answers: readonly ForeignAnswer[],
  { rows }: EvalFile,
): Predictions {
  const places = new Map<string, number[]>();
  let next = 0;
  for (const { input } of rows) {
    const there = places.get(input);
    if (there) there.push(next);
    else places.set(input, [next]);
    next += 1;
  }
  const length = Math.max(1, ...answers.map(({ run }) => run));
  const builders = Array.from({ length }, () => new VerdictsBuilder());
  let others = 0;
  for (const { texts, run, verdict } of answers) {
    const text = texts.find((each) => places.has(each));
    if (text === undefined) others += 1;
    else for (const place of places.get(text) ?? []) builders[run - 1]?.put(place, verdict);
  }
  const runs = builders.map((builder) => builder.build(rows.length));
  return {
    file,
    id,
    provider: null,
    prompt: null,
    others: { rows: others, of: null },
    retryable: 0,
    verdicts: runs[0] ?? NO_VERDICTS,
    runs,
  };
}
