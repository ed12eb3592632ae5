import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LongWork } from '../../src/cli/long-work.js';
import { openSession } from '../../src/cli/main.js';
import { Screen } from '../../src/cli/progress.js';
import { type CommandName, runCli, scratchFolder, TextSink } from '../helpers/cli.js';
import { skippingClock, slowClock } from '../helpers/clock.js';
import { originalRow, writeRows } from '../helpers/files.js';
import { piecesOf } from '../helpers/pieces.js';

function open({ isTTY = false } = {}) {
  const stream = Object.assign(new TextSink(isTTY), { columns: 80 });
  const time = { now: 0 };
  const clock = { ...skippingClock(), now: () => time.now };
  const screen = new Screen(stream, clock.now);
  const { signal } = new AbortController();
  const work = new LongWork(openSession(screen, { env: {}, signal, clock, print: () => {} }));
  onTestFinished(() => work.stop());
  const updateAt = (seconds: number, label: string, done: number) => {
    time.now = seconds * 1000;
    work.update(label, done, { total: 100, unit: 'fits' });
  };
  return { stream, work, updateAt };
}

describe('work that takes long', () => {
  it('is shown from the first second on, each piece by itself', () => {
    const { stream, updateAt, work } = open({ isTTY: true });
    const shown = () => stripVTControlCharacters(stream.text);
    updateAt(0, 'one', 0);
    updateAt(0.9, 'one', 1);
    updateAt(1, 'two', 0);
    updateAt(1.9, 'two', 5);
    work.stop();
    expect(shown()).toBe('');
    updateAt(2, 'two', 0);
    updateAt(3, 'two', 7);
    updateAt(3.1, 'three', 0);
    expect(shown()).toMatch(/two \[.*\] 7\/100 fits/);
    expect(shown()).not.toMatch(/one|three/);
  });

  it('goes as fast as the last step says, while a count stands still', () => {
    const { stream, updateAt } = open();
    updateAt(0, 'one', 0);
    updateAt(1, 'one', 0);
    for (let second = 2; second <= 40; second += 1) {
      updateAt(second, 'one', second < 21 ? 0 : 40);
      if (second === 10) expect(stream.text).toBe('');
    }
    expect(stream.text).toBe('one: 40/100 fits, 30s left, 2 fits/s\n');
  });
});

/** Texts that are large enough for their files to be read in pieces. */
const textsOf = (count: number, name: string, length = 100_000) =>
  Array.from({ length: count }, (_, i) => ({
    text: `${name} ${i} ${i % 2 === 0 ? 'dimwit' : 'river'} ${'x'.repeat(length)}`,
    label: i % 2 === 0 ? 'toxic' : 'not toxic',
  }));

function setUp() {
  const cwd = scratchFolder();
  for (const name of ['train', 'other']) {
    const rows = textsOf(16, name);
    const labelled = rows.map(({ text, label }, i) => originalRow(i, text, label, label));
    writeRows(join(cwd, `${name}.jsonl`), labelled);
  }
  writeRows(join(cwd, 'pool.jsonl'), textsOf(64, 'pool', 30_000));
  return (command: CommandName, args: string) =>
    runCli(command, args.split(' '), { cwd, clock: slowClock() });
}

const TRAIN = '--train-file train.jsonl --exclude other.jsonl --student s.json';

describe('a command says what it does before anything is printed:', () => {
  it('train and cascade', async () => {
    const run = setUp();
    const trained = await run('train', TRAIN);
    expect(trained.code).toBe(0);
    expect(trained.stderr).toMatch(/^reading other\.jsonl: [\d.]+\/1\.6 MB, /m);
    expect(trained.stderr).toMatch(/^reading train\.jsonl: [\d.]+\/1\.6 MB, /m);
    expect(trained.stderr).toMatch(/^train: [1-6]\/6 fits, /m);
    const flags = '--student s.json --calibrate other.jsonl --escalate 0.5 --out c.json';
    const chosen = await run('cascade', `${flags} --teacher human`);
    expect(chosen.code).toBe(0);
    expect(chosen.stderr).toMatch(/^reading other\.jsonl: [\d.]+\/1\.6 MB, /m);
    expect(chosen.stderr).toMatch(/^scoring: \d+\/16 rows, /m);
  });

  it('collect --pick, in each round', async () => {
    const run = setUp();
    const flags = '-m human --dataset pool.jsonl --out l.jsonl --seed 5';
    expect((await run('collect', `${flags} --sample 16`)).code).toBe(0);
    const plan = await run('collect', `${flags} --pick 2 --dry-run`);
    expect(plan.code).toBe(0);
    const pool = 'reading pool.jsonl';
    // It is read through, chosen from, and estimated.
    expect(piecesOf(plan.stderr)).toEqual([pool, 'train', pool, pool]);
    const picked = await run('collect', `${flags} --pick 2 --rounds 2`);
    expect(picked.code).toBe(0);
    const labels = 'reading l.jsonl';
    expect(piecesOf(picked.stderr)).toEqual([
      ...[pool, 'train', pool, 'round 1'],
      ...[labels, labels, 'train', pool, 'round 2'],
      ...[labels, labels, 'train'],
    ]);
  });
});
