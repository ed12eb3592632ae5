import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type CommandName, scratchFolder, spawnCli, startCli } from '../helpers/cli.js';
import { readRows } from '../helpers/files.js';
import { startLlama } from './llama-server.js';
import type { RealServer } from './server.js';

let llama: RealServer;
beforeAll(async () => {
  llama = await startLlama();
});
afterAll(() => llama?.kill());

const MODEL = ['-m', 'llamacpp:smollm2', '--concurrency', '1'];
const SAMPLE = ['--dataset', 'sample', '--out', 'labels.jsonl'];

function setUp(server: RealServer = llama) {
  const cwd = scratchFolder();
  const options = { cwd, env: { LLAMACPP_BASE_URL: server.url } };
  const rowsOf = (name: string) => {
    const path = join(cwd, name);
    return existsSync(path) ? readRows(path) : [];
  };
  return {
    cwd,
    run: (command: CommandName, ...args: string[]) => spawnCli(command, args, options),
    start: (command: CommandName, ...args: string[]) => startCli(command, args, options),
    labelled: () => rowsOf('labels.jsonl'),
    unanswered: () => rowsOf('labels.jsonl.unanswered.jsonl'),
  };
}

describe("llama.cpp's server with a model that labels badly", () => {
  it('left to itself, gives no label that it did not give', async () => {
    const { run, labelled, unanswered } = setUp();
    const free = ['--constrain', 'never', '--keep-going', '--ds-max-size', '8'];
    await run('collect', ...MODEL, ...SAMPLE, ...free);
    expect(labelled().length + unanswered().length).toBe(8);
    expect(unanswered().length).toBeGreaterThan(4);
    for (const { outcome, raw } of unanswered()) {
      expect(['truncated', 'unparseable', 'refused']).toContain(outcome);
      expect(raw).not.toBe('');
    }
  });

  it('held to the labels, gives one to each row, and is evaluated', async () => {
    const { run, labelled } = setUp();
    const collected = await run('collect', ...MODEL, ...SAMPLE, '--ds-max-size', '8');
    expect([collected.code, labelled().length]).toEqual([0, 8]);
    for (const { score } of labelled()) {
      if (score === undefined) continue;
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }
    const file = ['--eval-file', 'labels.jsonl', '--run', 'labels.jsonl'];
    const { code, stdout } = await run('evaluate', ...file, '--bootstrap', '0');
    expect(code).toBe(0);
    expect(stdout).toContain('smollm2');
  });

  it('labels the rows around one that is too long', async () => {
    const { cwd, run, labelled, unanswered } = setUp();
    writeFileSync(join(cwd, 'rows.csv'), `text\nhello\n${'word '.repeat(600)}\nbye\n`);
    const rows = ['--dataset', 'rows.csv', '--out', 'labels.jsonl'];
    await run('collect', ...MODEL, ...rows);
    expect(labelled().map(({ input }) => input)).toEqual(['hello', 'bye']);
    expect(unanswered()).toMatchObject([
      { outcome: 'failed', error: expect.stringContaining('maximum context length') },
    ]);
  });

  it('is asked on without a schema that it does not know', async () => {
    const { cwd, run } = setUp();
    writeFileSync(join(cwd, 'rows.csv'), 'text\nhello\n');
    const rows = ['--dataset', 'rows.csv', '--base-url', llama.url, '-m', 'smollm2'];
    const { stderr } = await run('collect', ...rows, '--constrain', 'always', '-v');
    expect(stderr).toContain('it refuses response_format: leaving it out');
    expect(stderr).toMatch(/^row 0: /m);
  });

  it('is killed in mid-run and started again: each row has its label once', async () => {
    const own = await startLlama();
    onTestFinished(() => own.kill());
    const { start, labelled } = setUp(own);
    const { finished } = start('collect', ...MODEL, ...SAMPLE, '--ds-max-size', '8');
    let hasEnded = false;
    void finished.then(() => {
      hasEnded = true;
    });
    while (labelled().length === 0 && !hasEnded) await sleep(100);
    await own.kill();
    await sleep(1_000);
    const again = await startLlama({ port: own.port });
    onTestFinished(() => again.kill());
    expect((await finished).code).toBe(0);
    const places = labelled().map(({ ds_original_idx }) => ds_original_idx);
    expect(places.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('without log-probabilities labels all the same', async () => {
    const bare = await startLlama({ logprobs: false });
    onTestFinished(() => bare.kill());
    const { run, labelled } = setUp(bare);
    const { stderr } = await run('collect', ...MODEL, ...SAMPLE, '--ds-max-size', '2', '-v');
    expect(stderr).toContain('it refuses logprobs: there are no scores');
    expect(labelled().map(({ score }) => score)).toEqual([undefined, undefined]);
  });
});
