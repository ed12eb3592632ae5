import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CommandName, runCli, scratchFolder, startCli } from '../helpers/cli.js';
import { makeExamples } from '../helpers/examples.js';
import { readRows, writeRows } from '../helpers/files.js';
import { gate } from '../helpers/gate.js';
import { type Answering, startModelServer } from '../helpers/model-server.js';

const POOL = ['-m', 'openai:teacher', '--dataset', 'pool.jsonl', '--out', 'l.jsonl'].concat(
  ...['--price', '1/1'],
);

/** 533 texts, a tenth of them toxic, and a teacher that knows which. */
async function setUp(answering?: (text: string) => ReturnType<Answering> | undefined) {
  const examples = makeExamples(640, { seed: 3, noise: 0.04 }).filter(
    ({ positive }, i) => !positive || i % 3 === 0,
  );
  const toxic = new Set(examples.filter(({ positive }) => positive).map(({ input }) => input));
  const says = (text: string) => (toxic.has(text) ? 'toxic' : 'not toxic');
  const server = await startModelServer(({ text }) => answering?.(text) ?? says(text));
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeRows(
    join(cwd, 'pool.jsonl'),
    examples.map(({ input }) => ({ text: input })),
  );
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const run = (command: CommandName, ...args: string[]) => runCli(command, args, { cwd, env });
  const start = async () => {
    started ??= await askSample(run, cwd);
    writeFileSync(join(cwd, 'l.jsonl'), started);
  };
  return {
    ...{ cwd, env, server, run, start, total: examples.length },
    collect: (...more: string[]) => run('collect', ...POOL, '--seed', '5', ...more),
    rows: (file = 'l.jsonl') => readRows(join(cwd, file)),
  };
}

/** The labels of the sample that every run of picking starts with: asked once for all tests. */
let started: string | undefined;

async function askSample(run: (command: CommandName, ...args: string[]) => unknown, cwd: string) {
  await run('collect', ...POOL, '--sample', '100', '--seed', '5');
  return readFileSync(join(cwd, 'l.jsonl'), 'utf8');
}

type Row = Record<string, unknown>;
const shareToxic = (rows: Row[]) =>
  rows.filter(({ prediction }) => prediction === 'toxic').length / rows.length;
const pickedBy = (rows: Row[], by: string, round?: number) =>
  rows.filter((row) => row.picked_by === by && (round === undefined || row.pick_round === round));

const inputsOf = (rows: Row[]) => rows.map(({ input }) => String(input)).sort();

/** The texts of a run that nothing stopped. */
let wholeRun: string[] = [];

describe('collect --pick', () => {
  it('labels what a student wants, and beside it a uniform sample that stays one', async () => {
    const { start, collect, rows, server, total, run, cwd } = await setUp();
    await start();
    const atStart = server.requests.length;
    const { code, stderr } = await collect('--pick', '30', '--rounds', '2');
    expect(code).toBe(0);
    expect(server.requests.length - atStart).toBe(rows().length - 100);
    for (const round of [1, 2]) {
      const picked = pickedBy(rows(), 'score', round);
      expect(picked).toHaveLength(30);
      expect(shareToxic(picked)).toBeGreaterThan(0.3);
      expect(stderr).toMatch(new RegExp(`^round ${round} .* rows, .* toxic, \\$0\\.`, 'm'));
    }
    // The first 140 of the shuffle, whoever asked for them.
    const uniform = rows().filter(({ sample_rank }) => Number(sample_rank) < 140 / total);
    expect(uniform).toHaveLength(140);
    expect(shareToxic(uniform)).toBeLessThan(0.15);
    const drawn = pickedBy(rows(), 'uniform', 2);
    expect(new Set(drawn.map(({ sample_fraction }) => sample_fraction))).toEqual(
      new Set([140 / total]),
    );
    expect(stderr).toMatch(/^labelled {4}\d+ rows: /m);
    wholeRun = inputsOf(rows());

    // The same again has nothing to do, and one round more goes on.
    const before = server.requests.length;
    const again = await collect('--pick', '30', '--rounds', '2');
    expect([again.code, server.requests.length]).toEqual([0, before]);
    expect(again.stderr).toContain('skipped');
    expect((await collect('--pick', '30', '--rounds', '3')).code).toBe(0);
    expect(pickedBy(rows(), 'score', 3)).toHaveLength(30);

    // A student learns from all of the rows, and is judged by those that were drawn at random.
    const train = ['--train-file', 'l.jsonl', '--student', 's.json', '--test-fraction', '0.4'];
    const trained = await run('train', ...train);
    expect(trained.code).toBe(0);
    expect(trained.stdout).toMatch(/of \d+ rows that were drawn at random, \d+ toxic/);
    expect(rows('s.test.jsonl').filter(({ sample_rank }) => sample_rank === undefined)).toEqual([]);
    const { data, report } = JSON.parse(readFileSync(join(cwd, 's.json'), 'utf8'));
    expect(data.rows).toBeGreaterThan(report.uniform.rows);
    const judged = ['--eval-file', 'l.jsonl', '--true-labels', 'teacher', '-m', 'wordlist'];
    const { stdout } = await run('evaluate', ...judged, '--bootstrap', '100');
    expect(stdout).toContain('[picked-rows]');
  });

  it('picks the same rows again after kill -9, and asks none of them twice', async () => {
    const { opened, open } = gate();
    let isHeld = false;
    const held = await setUp(() => {
      // The round stops in its middle, until the process is gone.
      if (!isHeld || held.server.requests.length < 20) return undefined;
      return { raw: (response) => void opened.then(() => response.destroy()) };
    });
    await held.start();
    isHeld = true;
    const flags = [...POOL, '--seed', '5', '--pick', '30', '--rounds', '2', '--concurrency', '4'];
    const { child } = startCli('collect', flags, { cwd: held.cwd, env: held.env });
    await held.server.received(22);
    child.kill('SIGKILL');
    await once(child, 'exit');
    isHeld = false;
    open();
    const asked = held.rows().map(({ input }) => input);
    expect(asked.length).toBeGreaterThan(110);
    const before = held.server.requests.length;
    expect((await held.collect('--pick', '30', '--rounds', '2')).code).toBe(0);
    const later = held.server.requests.slice(before).map(({ text }) => text);
    expect(later.filter((text) => asked.includes(text))).toEqual([]);
    expect(inputsOf(held.rows())).toEqual(wholeRun);
  });

  it('has a student pick for one round, and another one for the next', async () => {
    const { start, collect, run, rows } = await setUp();
    await start();
    const train = ['--train-file', 'l.jsonl', '--test-fraction', '0', '--student'];
    await run('train', ...train, 'a.json');
    const once = await collect('--pick', '20', '--student', 'a.json', '--by', 'uncertainty');
    expect(once.code).toBe(0);
    const by = rows().flatMap(({ picked_by }) => picked_by ?? []);
    const own = by.filter((name) => name !== 'uniform');
    expect(own).toHaveLength(20);
    expect(new Set(own).size).toBe(1);
    expect(own[0]).toMatch(/^uncertainty@[0-9a-f]{12}$/);
    const again = await collect('--pick', '20', '--student', 'a.json', '--by', 'uncertainty');
    expect(again.stderr).toContain('skipped');
    await run('train', ...train, 'b.json');
    await collect('--pick', '20', '--student', 'b.json');
    expect(rows().filter(({ pick_round }) => pick_round === 2).length).toBeGreaterThanOrEqual(20);
  });

  it('keeps to a budget over all rounds, and goes on where it ended', async () => {
    const { start, collect, rows } = await setUp();
    await start();
    const spent = await collect('--pick', '30', '--rounds', '2', '--max-cost', '0.008');
    expect(spent.code).toBe(3);
    const cost = rows()
      .slice(100)
      .reduce((sum, { cost_usd }) => sum + Number(cost_usd), 0);
    expect(cost).toBeLessThanOrEqual(0.008);
    expect(cost).toBeGreaterThan(0.006);
    expect((await collect('--pick', '30', '--rounds', '2')).code).toBe(0);
    for (const round of [1, 2]) {
      expect(pickedBy(rows(), 'score', round), `round ${round}`).toHaveLength(30);
    }
  });

  it('says what the next round would take, and sends nothing', async () => {
    const { start, collect, server } = await setUp();
    await start();
    const before = server.requests.length;
    const { code, stdout } = await collect('--pick', '30', '--rounds', '3', '--dry-run');
    expect([code, server.requests.length]).toEqual([0, before]);
    expect(stdout).toContain('rows        50, of which 0 are on disk');
    expect(stdout).toContain('of the next round; --rounds 3, each about as much');
  });

  it('ends where the lower bound of a figure is high enough', async () => {
    const { start, collect } = await setUp();
    await start();
    const { code, stderr } = await collect('--pick', '30', '--until', 'auprc=0.3');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^reached {5}the lower bound of AUPRC is 0\.\d+, of 0\.3 wanted$/m);
  });

  it.each([
    [['--rounds', '2'], '--rounds goes with --pick'],
    [['--no-dedupe'], '--no-dedupe goes with --pick'],
    [['--pick', '5', '--sample', '9'], '--pick and --sample exclude each other'],
    [['--pick', '5', '--fresh'], '--pick and --fresh exclude each other'],
    [
      ['--pick', '5', '--student', 's.json', '--rounds', '2'],
      '--student s.json picks for one round',
    ],
    [['--pick', '5', '--until', 'f1=2'], 'such as auprc=0.7'],
    [['--pick', '5', '--by', 'luck'], 'Allowed choices are score, uncertainty, mix'],
    [['--pick', '5'], 'l.jsonl has no rows yet, so nobody can say which to label next'],
  ])('refuses %j', async (flags, message) => {
    const { collect, server } = await setUp();
    const { code, stderr } = await collect(...flags);
    expect([code, server.requests.length]).toEqual([2, 0]);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message);
  });

  it('refuses a seed that is not that of the rows on record', async () => {
    const { start, run, server } = await setUp();
    await start();
    const before = server.requests.length;
    const { code, stderr } = await run('collect', ...POOL, '--seed', '6', '--pick', '5');
    expect([code, server.requests.length]).toEqual([2, before]);
    expect(stderr).toContain('was not drawn with --seed 6 from the');
  });
});
