import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { writeCsv } from '../helpers/files.js';

const TEXTS = ['one TOXIC', 'two', 'three TOXIC', 'four'];

/** Judges answers of another program by four rows, of which two are toxic. */
async function evaluate(files: Readonly<Record<string, unknown>>, ...flags: string[]) {
  const cwd = scratchFolder();
  writeCsv(join(cwd, 'eval.csv'), TEXTS);
  const runs = Object.entries(files).flatMap(([name, content]) => {
    writeFileSync(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content));
    return ['--run', name];
  });
  const report = ['--report', 'report.json', '--bootstrap', '0'];
  const args = ['--eval-file', 'eval.csv', ...runs, ...report, ...flags];
  const { code, stderr } = await runCli('evaluate', args, { cwd });
  const path = join(cwd, 'report.json');
  const models = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')).models as Model[]) : [];
  return { code, stderr, models };
}

interface Model {
  readonly name: string;
  readonly rows: { readonly answered: number };
  readonly [figure: string]: unknown;
}

/** One sample as inspect_ai 0.3 logs it, reduced to what is read and a little beside. */
const sample = (input: unknown, completion: string, more: object = {}) => ({
  id: 1,
  epoch: 1,
  input,
  target: '1',
  messages: [{ role: 'user', content: input }],
  output: {
    model: 'gpt-4o',
    choices: [{ message: { role: 'assistant', content: completion }, stop_reason: 'stop' }],
    completion,
    usage: { input_tokens: 20, output_tokens: 2, total_tokens: 22 },
    time: 0.5,
  },
  scores: { match: { value: 'C', answer: completion } },
  ...more,
});

const log = (samples: readonly object[], model = 'openai/gpt-4o') => ({
  version: 2,
  status: 'success',
  eval: { task: 'toxicity', model, dataset: { name: 'rows', samples: 4 } },
  results: { scores: [] },
  samples,
});

/** One result as promptfoo 0.121 writes it, without what is not read; `promptIdx` counts pairs with providers. */
const result = (text: string, output: unknown, more: object = {}) => ({
  cost: 0,
  latencyMs: 120,
  promptId: '02c657b9',
  promptIdx: 0,
  testIdx: TEXTS.indexOf(text),
  prompt: { raw: `Judge: ${text}`, label: 'Judge: {{text}}' },
  provider: { id: 'openai:chat:gpt-4o', label: '' },
  response: {
    output,
    finishReason: 'stop',
    cached: false,
    tokenUsage: { prompt: 20, completion: 2, total: 22, numRequests: 1 },
  },
  score: 1,
  success: true,
  vars: { text },
  ...more,
});

const promptfoo = (results: readonly object[]) => ({
  evalId: 'eval-1',
  results: { version: 3, prompts: [], results, stats: {} },
  config: {},
});

const answered = ({ models }: { readonly models: readonly Model[] }) =>
  models.map(({ name, rows }) => [name, rows.answered]);

describe('evaluate --run with a log of inspect_ai', () => {
  it('reads replies strictly, chats by their last turn, and rows of other texts not at all', async () => {
    const chat = [
      { role: 'system', content: 'Judge.' },
      { role: 'user', content: [{ type: 'text', text: 'two' }] },
    ];
    const truncated = {
      output: {
        choices: [{ message: { role: 'assistant', content: 'tox' }, stop_reason: 'max_tokens' }],
      },
    };
    const samples = [
      sample('one TOXIC', 'Toxic.'),
      sample(chat, 'not toxic'),
      sample('three TOXIC', 'it is toxic'),
      sample('four', '', truncated),
      sample('five', 'toxic'),
    ];
    const { code, stderr, models } = await evaluate({ 'log.json': log(samples) });
    expect([code, stderr.includes('error')]).toEqual([0, false]);
    expect(answered({ models })).toEqual([['openai/gpt-4o', 2]]);
    expect(models[0]?.rows).toMatchObject({ unanswered: { unparseable: 1, truncated: 1 } });
  });

  it('counts a sample that failed as failed', async () => {
    const failed = { output: { choices: [] }, error: { message: 'no', traceback: '' } };
    const samples = [sample('one TOXIC', 'toxic'), sample('two', '', failed)];
    const { models } = await evaluate({ 'log.json': log(samples) });
    expect(models[0]?.rows).toMatchObject({ answered: 1, unanswered: { failed: 1 } });
  });

  it('takes an epoch for a run', async () => {
    const twice = (text: string, first: string, second: string) => [
      sample(text, first),
      sample(text, second, { epoch: 2 }),
    ];
    const samples = [
      ...twice('one TOXIC', 'toxic', 'not toxic'),
      ...twice('two', 'not toxic', 'not toxic'),
      ...twice('three TOXIC', 'toxic', 'toxic'),
      ...twice('four', 'not toxic', 'not toxic'),
    ];
    const { models } = await evaluate({ 'log.json': log(samples) });
    expect(models[0]).toMatchObject({ rerun: { runs: 2 } });
  });

  it("reads a guard's own format", async () => {
    const samples = [sample('one TOXIC', 'unsafe\nS1'), sample('two', 'safe')];
    const { models } = await evaluate({
      'log.json': log(samples, 'hf/meta-llama/Llama-Guard-3-8B'),
    });
    expect(models[0]?.rows.answered).toBe(2);
  });

  it('says how to unpack one that is packed', async () => {
    const { code, stderr } = await evaluate({ 'log.eval': 'PK' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('inspect log convert --to json')]);
  });
});

describe('evaluate --run with results of promptfoo', () => {
  it('makes a contender of each provider and prompt', async () => {
    const other = { provider: { id: 'ollama:x', label: 'mine' }, promptId: '7b', promptIdx: 1 };
    const results = [
      result('one TOXIC', 'toxic'),
      result('two', 'not toxic'),
      result('one TOXIC', 'not toxic', other),
      result('two', undefined, { ...other, response: null, error: 'timed out' }),
    ];
    const read = await evaluate({ 'results.json': promptfoo(results) });
    expect(answered(read).toSorted()).toEqual([
      ['mine, prompt 2', 1],
      ['openai:chat:gpt-4o, prompt 1', 2],
    ]);
  });
});

describe('evaluate --run with the echo of promptfoo', () => {
  it('has no label, and a second provider of one prompt no number', async () => {
    const echo = { provider: { id: 'echo', label: '' }, promptIdx: 1 };
    const said = { output: 'toxic', finishReason: 'length', tokenUsage: {} };
    const results = [
      result('one TOXIC', 'toxic'),
      result('two', 'toxic', { response: said }),
      result('one TOXIC', 'Judge: one TOXIC', echo),
      result('two', 'toxic', echo),
    ];
    const { models } = await evaluate({ 'results.json': promptfoo(results) });
    expect(models.map(({ name }) => name).toSorted()).toEqual(['echo', 'openai:chat:gpt-4o']);
    const byName = new Map(models.map((model) => [model.name, model.rows]));
    expect(byName.get('echo')).toMatchObject({ answered: 1, unanswered: { unparseable: 1 } });
    expect(byName.get('openai:chat:gpt-4o')).toMatchObject({ unanswered: { truncated: 1 } });
  });
});

describe('evaluate --run with a table', () => {
  const csv =
    'text,prediction,score\none TOXIC,1,0.9\ntwo,false,0.2\nthree TOXIC,toxic,0.8\nfour,perhaps,\n';

  it('reads usual columns and words, and takes no other word for a label', async () => {
    const { code, models } = await evaluate({ 'mine.csv': csv });
    expect(code).toBe(0);
    expect(answered({ models })).toEqual([['mine.csv', 3]]);
  });

  it('reads columns that are named, a model in each row, and scores alone', async () => {
    const jsonl = TEXTS.map((comment, i) =>
      JSON.stringify({ comment, p: i === 0 ? 0.9 : 0.1, model: i < 2 ? 'a' : 'b' }),
    ).join('\n');
    const columns = ['--run-columns', 'text=comment,score=p'];
    const { models } = await evaluate({ 'mine.jsonl': jsonl }, ...columns);
    expect(answered({ models }).toSorted()).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
  });

  it.each([
    [{ 'a.csv': 'x,y\n1,2\n' }, [], 'a.csv has no column of texts with a usual name'],
    [{ 'a.csv': 'text,y\n1,2\n' }, [], 'a.csv has no column of predictions or scores'],
    [{ 'a.csv': csv }, ['--run-columns', 'score=p'], 'a.csv has no column "p"'],
    [{ 'a.csv': csv.replace('0.9', '90') }, [], 'a.csv row 0: the score is "90"'],
    [{ 'a.csv': csv }, ['--run-columns', 'label=p'], 'It must be pairs such as'],
    [{ 'a.json': {} }, [], 'a.json is neither a log of inspect_ai nor results of promptfoo'],
    [{ 'a.json': '{' }, [], 'a.json is not JSON'],
    [{ 'a.json': { samples: [], eval: {} } }, [], 'a.json: "eval.model" is missing'],
    [{ 'a.json': log([]) }, [], 'a.json has no answers'],
  ])('refuses %j %j in a line', async (files, flags, error) => {
    const { code, stderr } = await evaluate(files as Record<string, unknown>, ...flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining(error)]);
  });

  it('ends with 3 where no text is of the file', async () => {
    const { code, stderr } = await evaluate({ 'a.csv': 'text,prediction\nother,1\n' });
    expect([code, stderr]).toEqual([3, expect.stringContaining('no answer to any of the 4 rows')]);
  });
});
