import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CommandName } from '../helpers/cli.js';
import { writeCsv, writeRows } from '../helpers/files.js';
import type { Answering } from '../helpers/model-server.js';
import { EMBEDDINGS, type Paid, rowsOf } from './paid.js';

const ROWS = 48;

/** A run to be cut short by a loss of power. */
export interface Scenario {
  readonly command: CommandName;
  readonly args: readonly string[];
  /** How to go on after the crash. Default: the same command. */
  readonly resume?: readonly string[];
  readonly paid: Paid;
  /** Files that are there as they were before or as they are to be, never in between. */
  readonly whole: readonly string[];
  /** States to draw after each call. */
  readonly drawn: number;
  /** Resumes from every so-manieth state, where that takes long. Default: 1. */
  readonly every?: number;
  readonly prepare: (cwd: string, run: (args: readonly string[]) => Promise<unknown>) => unknown;
}

const TEXTS = Array.from({ length: ROWS }, (_, i) =>
  `text ${i}${i % 3 === 0 ? ' TOXIC' : ''} ${'lorem ipsum '.repeat((i * 7) % 40)}`.trim(),
);

const COLLECT = ['-m', 'openai:teacher', '--dataset', 'data.csv', '--concurrency', '4'];
const EVALUATE = ['-m', 'openai:small', '--eval-file', 'eval.jsonl', '--concurrency', '4'];
const TRAIN = ['--train-file', 'eval.jsonl', '--embeddings', 'openai:vectors'];

/** Such a text gets an answer that is no label. */
export const hasNoLabel = (text: string) => text.startsWith('text 7 ');

const prepareData = (cwd: string) => writeCsv(join(cwd, 'data.csv'), TEXTS);

function prepareLabels(cwd: string): void {
  const rows = TEXTS.map((input, i) => ({
    input,
    prediction: i % 3 === 0 ? 'toxic' : 'not toxic',
    origin: 'user',
    human_check: true,
    true_label: i % 4 === 0 ? 'toxic' : 'not toxic',
    is_jailbreaking: 0,
    ds_original_idx: i,
  }));
  writeRows(join(cwd, 'eval.jsonl'), rows);
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'collect, with a table': {
    command: 'collect',
    args: [...COLLECT, '--out', 'out/deep/labels.csv'],
    paid: rowsOf('out/deep/labels'),
    whole: ['out/deep/labels.csv'],
    drawn: 4,
    prepare: prepareData,
  },
  'collect, from a torn file': {
    command: 'collect',
    args: [...COLLECT, '--out', 'labels.jsonl'],
    paid: rowsOf('labels'),
    whole: [],
    drawn: 4,
    async prepare(cwd, run) {
      prepareData(cwd);
      await run([...COLLECT, '--out', 'labels.jsonl', '--ds-max-size', '9']);
      writeFileSync(join(cwd, 'labels.jsonl'), '{"input":"text 9 ', { flag: 'a' });
    },
  },
  'collect --fresh': {
    command: 'collect',
    args: [...COLLECT, '--out', 'labels.jsonl', '--fresh'],
    resume: [...COLLECT, '--out', 'labels.jsonl'],
    paid: rowsOf('labels'),
    whole: [],
    drawn: 4,
    async prepare(cwd, run) {
      prepareData(cwd);
      await run([...COLLECT, '--out', 'labels.jsonl']);
    },
  },
  'evaluate, with reports': {
    command: 'evaluate',
    args: [
      ...EVALUATE,
      ...['html', 'json', 'csv'].flatMap((end) => ['--report', `r/report.${end}`]),
    ],
    paid: rowsOf('outputs/eval.openai-small'),
    whole: ['r/report.html', 'r/report.json', 'r/report.csv'],
    drawn: 2,
    every: 3,
    prepare(cwd) {
      prepareLabels(cwd);
      mkdirSync(join(cwd, 'r'));
      writeFileSync(join(cwd, 'r/report.json'), '');
    },
  },
  'train, with embeddings': {
    command: 'train',
    args: [...TRAIN, '--student', 'student.json', '--test-fraction', '0.2'],
    paid: EMBEDDINGS,
    whole: ['student.json', 'student.test.jsonl'],
    drawn: 4,
    every: 6,
    prepare: prepareLabels,
  },
};

/** Answers each text in its own way, at once or after a while. */
export const answerAfter =
  (waitMs: () => number): Answering =>
  async ({ path, body, text }) => {
    if (path.endsWith('/embeddings'))
      return { json: embeddingsOf([body.input].flat().map(String)) };
    await pause(waitMs());
    if (hasNoLabel(text)) return 'I would rather not say';
    return text.includes('TOXIC') ? 'toxic' : 'not toxic';
  };

function embeddingsOf(texts: readonly string[]) {
  const data = texts.map((text, index) => ({
    index,
    embedding: Array.from({ length: 8 }, (_, i) => ((text.length * (i + 3)) % 17) / 17),
  }));
  return { data, usage: { prompt_tokens: 9, total_tokens: 9 } };
}
