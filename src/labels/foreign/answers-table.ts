import { type Cells, labelReader } from '../../datasets/columns.js';
import { openFile } from '../../datasets/file.js';
import { show, UserError } from '../../errors.js';
import type { Task } from '../../task/task.js';
import type { Verdict } from '../../verdict.js';
import type { ForeignAnswer } from './answer.js';
import { ANSWER_COLUMNS, type AnswerColumns } from './answer-columns.js';

const USUAL: Readonly<Record<(typeof ANSWER_COLUMNS)[number], readonly string[]>> = {
  text: ['user_input', 'input', 'text', 'prompt'],
  prediction: [
    'prediction',
    'predicted',
    'predicted_label',
    'pred',
    'output',
    'response',
    'answer',
  ],
  score: ['score', 'probability', 'prob', 'toxicity_score'],
  model: ['model', 'model_name'],
};

/** From this score on a text is positive where a table has scores and no predictions. */
const EVEN = 0.5;

/**
 * Reads a table of answers: a text and what a model said of it in each row.
 *
 * @throws UserError where a column is missing or a score is no number from 0 to 1
 */
export async function answersOfTable(
  path: string,
  task: Task,
  named: AnswerColumns,
): Promise<ForeignAnswer[]> {
  const { rows } = await openFile(path, { task });
  const answers: ForeignAnswer[] = [];
  let columns: AnswerColumns | undefined;
  for await (const block of rows()) {
    for (const cells of block) {
      columns ??= findColumns(path, Object.keys(cells), { ...namedByTask(task), ...named });
      answers.push(answerIn(cells, columns, { path, task, row: answers.length }));
    }
  }
  return answers;
}

function answerIn(cells: Cells, columns: AnswerColumns, place: Place): ForeignAnswer {
  const text = cells[columns.text ?? ''];
  const model = columns.model === undefined ? null : cells[columns.model];
  return {
    texts: typeof text === 'string' ? [text] : [],
    model: typeof model === 'string' && model !== '' ? model : null,
    run: 1,
    verdict: verdictIn(cells, columns, place),
  };
}

const namedByTask = ({ data: { text } }: Task): AnswerColumns =>
  text === undefined ? {} : { text };

function findColumns(path: string, present: string[], named: AnswerColumns): AnswerColumns {
  const hint = `its columns are ${present.join(', ')}; name them with \`runColumns\`, as text=comment,prediction=verdict`;
  const found: Record<string, string> = {};
  for (const column of ANSWER_COLUMNS) {
    const own = named[column];
    if (own !== undefined && !present.includes(own)) {
      throw new UserError(`${path} has no column ${show(own)}`, { hint });
    }
    const name = own ?? USUAL[column].find((usual) => present.includes(usual));
    if (name !== undefined) found[column] = name;
  }
  if (found.text === undefined || (found.prediction ?? found.score) === undefined) {
    const missing = found.text === undefined ? 'texts' : 'predictions or scores';
    throw new UserError(`${path} has no column of ${missing} with a usual name`, { hint });
  }
  return found;
}

interface Place {
  readonly path: string;
  readonly task: Task;
  readonly row: number;
}

function verdictIn(cells: Cells, columns: AnswerColumns, place: Place): Verdict {
  const score = columns.score === undefined ? undefined : scoreIn(cells[columns.score], place);
  const took = { usage: null, costUsd: null, latencyMs: null };
  const cell = columns.prediction === undefined ? undefined : cells[columns.prediction];
  const label =
    columns.prediction !== undefined
      ? labelReader({ task: place.task })(cell)
      : score === undefined
        ? undefined
        : score >= EVEN
          ? 'positive'
          : 'negative';
  const raw = cell == null ? '' : String(cell);
  if (label == null) return { outcome: 'unparseable', raw, ...took };
  return { outcome: 'answered', label, ...(score === undefined ? {} : { score }), raw, ...took };
}

function scoreIn(cell: unknown, { path, row }: Place): number | undefined {
  if (cell == null || cell === '') return undefined;
  const score = Number(cell);
  if (score >= 0 && score <= 1) return score;
  throw new UserError(`${path} row ${row}: the score is ${show(cell)}`, {
    hint: 'a score is a number from 0 to 1, of the positive label',
  });
}
