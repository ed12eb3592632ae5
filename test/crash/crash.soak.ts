import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type CommandName, runCli, scratchFolder } from '../helpers/cli.js';
import { writeCsv, writeRows } from '../helpers/files.js';
import { type Answering, type ModelServer, startModelServer } from '../helpers/model-server.js';
import { EMBEDDINGS, linesOf, type Paid, rowsOf, writtenBefore } from './paid.js';
import { type Recording, readTree, record, type Tree } from './recording.js';
import { type CrashState, crashStates, restore } from './states.js';

const SEED = 20_261_125;
const ROWS = 48;
/** A second, and what a busy machine adds. */
const SURELY_SYNCED_MS = 2_500;

interface Scenario {
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

const hasNoLabel = (text: string) => text.startsWith('text 7 ');

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

const SCENARIOS: Readonly<Record<string, Scenario>> = {
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

const answering: Answering = async ({ path, body, text }) => {
  if (path.endsWith('/embeddings')) {
    const inputs = [body.input].flat().map(String);
    const data = inputs.map((input, index) => ({
      index,
      embedding: Array.from({ length: 8 }, (_, i) => ((input.length * (i + 3)) % 17) / 17),
    }));
    return { json: { data, usage: { prompt_tokens: 9, total_tokens: 9 } } };
  }
  if (isRecording) await pause(250);
  if (hasNoLabel(text)) return 'I would rather not say';
  return text.includes('TOXIC') ? 'toxic' : 'not toxic';
};
let isRecording = false;

it.each(Object.entries(SCENARIOS))(
  '%s: goes on from whatever a loss of power leaves',
  async (name, scenario) => {
    const server = await startModelServer(answering);
    onTestFinished(() => server.close());
    const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
    const cwd = scratchFolder();
    await scenario.prepare(cwd, (args) => runCli(scenario.command, args, { cwd, env }));
    isRecording = true;
    const recording = await record(scenario.command, scenario.args, { cwd, env });
    isRecording = false;
    expect(recording.finished.code, recording.finished.stderr).toBe(0);

    let states = 0;
    let resumed = 0;
    const broken: unknown[] = [];
    for (const state of crashStates(recording, { drawn: scenario.drawn, seed: SEED })) {
      const wrong = [...brokenPromises(state, recording, scenario)];
      if (states % (scenario.every ?? 1) === 0) {
        wrong.push(...(await resume(state, { recording, scenario, server, env })));
        resumed += 1;
      }
      states += 1;
      if (wrong.length > 0)
        broken.push({
          calls: state.calls,
          after: recording.calls[state.calls - 1]?.call,
          wrong: wrong.slice(0, 3),
        });
      if (broken.length >= 5) break;
    }
    expect(broken).toEqual([]);
    process.stderr.write(`crash: ${name}: ${states} states, resumed from ${resumed}\n`);
  },
);

/** What a state lacks that was promised before the power was lost. */
function* brokenPromises(
  { tree, at, isOver }: CrashState,
  recording: Recording,
  { paid, whole }: Scenario,
): Generator<string> {
  const onDisk = new Set(linesOf(tree, paid).map(paid.keyOf));
  const promised = writtenBefore(recording, isOver ? Infinity : at - SURELY_SYNCED_MS, paid);
  for (const line of promised) {
    if (!onDisk.has(paid.keyOf(line))) yield `${paid.keyOf(line).slice(0, 8)} is lost`;
  }
  for (const path of whole) {
    const found = tree.files.get(path);
    const [before, after] = [recording.before.files.get(path), recording.after.files.get(path)];
    const isNew = after !== undefined && found?.equals(after) === true;
    const isOld = found === undefined ? before === undefined : before?.equals(found) === true;
    if (!isNew && (isOver || !isOld)) yield `${path} is neither old nor new`;
  }
}

interface Resuming {
  readonly recording: Recording;
  readonly scenario: Scenario;
  readonly server: ModelServer;
  readonly env: Record<string, string>;
}

/** Goes on from a state, and says what is wrong then: a failure, or a row lost, twice or paid twice. */
async function resume(
  { tree }: CrashState,
  { recording, scenario, server, env }: Resuming,
): Promise<string[]> {
  const { command, args, resume = args, paid, whole } = scenario;
  const cwd = scratchFolder();
  restore(tree, cwd);
  const onDisk = new Set(linesOf(withoutOld(tree), paid).map(paid.keyOf));
  const sentBefore = server.requests.length;
  const { code, stderr } = await runCli(command, resume, { cwd, env });
  const asked = server.requests.slice(sentBefore).flatMap(paid.keysOf);
  const after = readTree(cwd);
  const wrong = asked
    .filter((key) => onDisk.has(key))
    .map((key) => `${key.slice(0, 8)} is paid for twice`);
  // A run that asks for rows and gets no label at all ends with 3.
  if (code !== 0 && !(code === 3 && asked.every(hasNoLabel))) wrong.push(`exit ${code}: ${stderr}`);
  if (new Set(asked).size < asked.length) wrong.push('something was asked twice');
  const [rows, wanted] = [after, recording.after].map((each) => rowsIn(each, paid));
  if (JSON.stringify(rows) !== JSON.stringify(wanted)) {
    wrong.push(`the rows differ: ${rows?.length} for ${wanted?.length}`);
  }
  for (const path of whole) if (!after.files.has(path)) wrong.push(`${path} is not there`);
  return wrong;
}

/** The rows of a run, in one order and without what no two runs have in common. */
function rowsIn(tree: Tree, paid: Paid): unknown[] {
  return linesOf(withoutOld(tree), paid)
    .map(({ latency_ms, ...row }) => row)
    .sort((a, b) => (paid.keyOf(a) < paid.keyOf(b) ? -1 : 1));
}

/** Files that a run has renamed are not read by the next. */
const withoutOld = ({ files, folders }: Tree): Tree => ({
  files: new Map([...files].filter(([path]) => !/\.old-\d+$/.test(path))),
  folders,
});
