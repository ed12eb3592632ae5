import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type CommandName, runCli, scratchFolder } from './cli.js';
import { makeExamples } from './examples.js';
import { readRows, writeRows } from './files.js';
import { type Answering, type ModelServer, startModelServer } from './model-server.js';

export type Part = 'train' | 'calibration' | 'test' | 'traffic';

const SIZES: Readonly<Record<Part, number>> = {
  train: 200,
  calibration: 240,
  test: 160,
  traffic: 80,
};

const nameOf = (positive: boolean) => (positive ? 'toxic' : 'not toxic');

/** The number that a text of {@link setUpCascade} ends with: that of its part in front. */
const PLACE = /row ([1-4])(\d{3})/;
const PARTS = Object.keys(SIZES) as Part[];
const numberOf = (part: number, row: number) => `${part + 1}${String(row).padStart(3, '0')}`;

interface Place {
  readonly cwd: string;
  readonly server: ModelServer;
  readonly env: Record<string, string>;
  run(command: CommandName, ...args: string[]): ReturnType<typeof runCli>;
  at(file: string): string;
  rows(file: string): Record<string, unknown>[];
}

export const KEY = 'sk-test-0123456789abcdef';

/**
 * A folder with label files of a teacher that is right in 19 of 20 rows, and a student that it
 * taught. Texts say what they are of, so that the server knows what is true.
 *
 * @param answering - for what the teacher does otherwise than answer; undefined where it answers
 */
export async function setUpCascade({
  human = true,
  answering,
}: {
  human?: boolean;
  answering?: (place: {
    part: string;
    row: number;
    text: string;
  }) => ReturnType<Answering> | undefined;
} = {}): Promise<Place> {
  const truth = new Map<string, boolean>();
  const teacherSays = (part: string, row: number) =>
    (truth.get(`${row} ${part}`) ?? false) !== (row % 20 === 7);
  const server = await startModelServer(({ text }) => {
    const [, number = '', row = ''] = PLACE.exec(text) ?? [];
    const part = PARTS[Number(number) - 1] ?? '';
    const place = { part, row: Number(row), text };
    return answering?.(place) ?? nameOf(teacherSays(part, Number(row)));
  });
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  const at = (file: string) => join(cwd, file);
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: KEY };
  const run = (command: CommandName, ...args: string[]) => runCli(command, args, { cwd, env });
  for (const [i, [part, size]] of Object.entries(SIZES).entries()) {
    const rows = makeExamples(size, { seed: i + 1, noise: 0.15 }).map(
      ({ input, positive }, row) => {
        truth.set(`${row} ${part}`, positive);
        return { text: `${input} row ${numberOf(i, row)}`, label: human ? nameOf(positive) : null };
      },
    );
    writeRows(at(`${part}-rows.jsonl`), rows);
  }
  return { cwd, server, env, run, at, rows: (file) => readRows(at(file)) };
}

const TAUGHT = ['train.jsonl', 'calibration.jsonl', 'test.jsonl', 's.json'];

/** What the first place came to, for all others. */
let taught: Map<string, string> | undefined;

/** Label files by the teacher, and its student. */
export async function teach(place: Place): Promise<void> {
  if (taught) {
    for (const [file, content] of taught) writeFileSync(place.at(file), content);
    return;
  }
  for (const part of ['train', 'calibration', 'test'] as const) await collect(place, part);
  await trained(place);
  taught = new Map(TAUGHT.map((file) => [file, readFileSync(place.at(file), 'utf8')]));
}

export const collect = ({ run }: Place, part: Part, ...more: string[]) =>
  run(
    'collect',
    ...['-m', 'openai:teacher', '--dataset', `${part}-rows.jsonl`, '--out', `${part}.jsonl`],
    ...['--price', '1/1', ...more],
  );

const trained = ({ run }: Place) =>
  run(
    'train',
    ...['--train-file', 'train.jsonl', '--student', 's.json'],
    ...['--exclude', 'calibration.jsonl', '--exclude', 'test.jsonl'],
  );

export const CASCADE = [
  '--student',
  's.json',
  '--calibrate',
  'calibration.jsonl',
  '--out',
  'c.json',
];
