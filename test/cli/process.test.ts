import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CommandName, scratchFolder, spawnCli, startCli } from '../helpers/cli.js';
import { isPositive, originalRow, readRows, writeCsv, writeRows } from '../helpers/files.js';
import { gate } from '../helpers/gate.js';
import { BOMBS } from '../helpers/hostile-parquet.js';
import { startHub } from '../helpers/hub-server.js';
import { type Answering, refusal, startModelServer } from '../helpers/model-server.js';

// What only a process has: signals, pipes, exit codes, the variables it was started with.

const byText: Answering = ({ text }) => (isPositive(text) ? 'toxic' : 'not toxic');

/** A folder with rows to collect, labels to evaluate and to train on, and a model server. */
async function setUp(answering: Answering = byText) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  const texts = Array.from({ length: 30 }, (_, i) => `text ${i}${i % 3 === 0 ? ' TOXIC' : ''}`);
  writeCsv(join(cwd, 'data.csv'), texts);
  const labelled = texts.map((text, i) => {
    const label = isPositive(text) ? 'toxic' : 'not toxic';
    return originalRow(i, text, label, label);
  });
  mkdirSync(join(cwd, 'outputs'));
  writeRows(join(cwd, 'labels.jsonl'), labelled);
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  return { server, cwd, env };
}

const TOXIC_CHAT =
  '/datasets/lmsys/toxic-chat/resolve/29df8e4dba60e1f4af4b4075c0705c5b313548a8/data/0124/toxic-chat_annotation_train.csv';

const WAIT = { timeout: 60_000, interval: 20 };

const filesIn = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

/** A run that needs no server, of each command that starts in a way of its own. */
const RUNS = {
  collect: ['--dataset', 'data.csv', '--dry-run'],
  evaluate: ['--eval-file', 'labels.jsonl', '--bootstrap', '100'],
  train: ['--train-file', 'labels.jsonl', '--student', 'outputs/student.json'],
} as const satisfies Partial<Record<CommandName, readonly string[]>>;
const COMMANDS = Object.keys(RUNS) as (keyof typeof RUNS)[];

describe.each(COMMANDS)('%s', (command) => {
  it('exits 0, with its result on stdout and notes on stderr', async () => {
    const { cwd } = await setUp();
    const { code, stdout, stderr } = await spawnCli(command, RUNS[command], { cwd });
    expect(code).toBe(0);
    const { result, note } = {
      collect: { result: /^rows {8}30, of which 0 are on disk/, note: /^$/ },
      evaluate: { result: /^GPT4 scores:\n/, note: /^answers {5}outputs\/labels\.embedded/m },
      train: { result: /^Cross-validated over /, note: /^student {5}outputs\/student\.json/m },
    }[command];
    expect(stdout).toMatch(result);
    expect(stderr).toMatch(note);
  });

  it('exits 2 where it is held wrong, with nothing on stdout', async () => {
    const { code, stdout, stderr } = await spawnCli(command, ['--lables'], {
      cwd: scratchFolder(),
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: unknown option '--lables'\n/);
  });

  it('leaves quietly where nobody reads its result, as `| head -1` does', async () => {
    const { child, finished } = startCli(command, ['--help'], { cwd: scratchFolder() });
    child.stdout?.destroy();
    const { code, stderr } = await finished;
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('exit codes', () => {
  it('1 where a gate fell short', async () => {
    const { cwd } = await setUp();
    const flags = [...RUNS.evaluate, '--fail-under', 'toxic.f1=0.99'];
    const { code, stdout } = await spawnCli('evaluate', flags, { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain('Contender model (wordlist) scores');
    expect(stdout).toContain('gate FAILED  wordlist: toxic.f1 at least 0.99');
  });

  it('3 where a run could not finish', async () => {
    const { cwd, env } = await setUp(() => refusal(401, { message: 'no' }));
    const flags = ['--dataset', 'data.csv', '-m', 'openai:teacher'];
    const { code, stdout, stderr } = await spawnCli('collect', flags, { cwd, env });
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('openai refuses the key');
  });
});

describe('a run that is stopped', () => {
  it('by SIGTERM lets evaluate keep what was answered and say how to go on', async () => {
    const { opened, open } = gate();
    let asked = 0;
    const { cwd, env, server } = await setUp(async (request) => {
      asked += 1;
      if (asked > 10) await opened;
      return byText(request);
    });
    const flags = ['-m', 'openai:small', ...RUNS.evaluate, '--concurrency', '2'];
    const { child, finished } = startCli('evaluate', flags, { cwd, env });
    await server.received(12);
    child.stderr?.once('data', open); // It has said that it stops.
    child.kill('SIGTERM');
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toContain('stopped early, 18 rows left; run the same command again to go on');
    expect(server.requests.length).toBe(12);
    expect(readRows(join(cwd, 'outputs/labels.openai-small.jsonl')).length).toBe(12);
  });

  it('by Ctrl-C leaves no student behind', async () => {
    const { opened, open } = gate();
    const { cwd, env, server } = await setUp(async () => {
      await opened;
      return refusal(500, { message: 'too late' });
    });
    const flags = [...RUNS.train, '--embeddings', 'openai:embedder'];
    const { child, finished } = startCli('train', flags, { cwd, env });
    await server.received(1);
    child.stderr?.once('data', open);
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toContain('stopped early: no student was written');
    expect(existsSync(join(cwd, 'outputs/student.json'))).toBe(false);
  });
});

describe('a dataset that is stopped on its way', () => {
  it('by Ctrl-C in a download ends at once, and leaves no part of it', async () => {
    const cwd = scratchFolder();
    const { opened, open } = gate();
    const hub = await startHub({
      [TOXIC_CHAT]: (_, response) => {
        response.writeHead(200, { 'content-length': 1_000_000 });
        response.write('conv_id,user_input\n');
        open();
      },
    });
    const { child, finished } = startCli('collect', ['-m', 'wordlist'], {
      cwd,
      env: { HF_ENDPOINT: hub.endpoint },
    });
    await opened;
    await vi.waitUntil(() => filesIn(cwd).some((file) => file.includes('.part-')), WAIT);
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    // Said by the command, which the last resort after six seconds would not let speak.
    expect(stderr).toContain('stopped early: no row was asked');
    expect(filesIn(cwd)).toEqual(['data', 'data/cache']);
  });

  it('by SIGTERM in a parquet file that is made to spin ends at once', async () => {
    const cwd = scratchFolder();
    const [bomb = Buffer.alloc(0)] = Object.values(BOMBS);
    const { child, finished } = startCli('collect', ['--dataset', '-'], { cwd, stdin: bomb });
    child.stderr?.on('data', (text: string) => {
      if (text.includes('read as parquet')) setTimeout(() => child.kill('SIGTERM'), 300);
    });
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toContain('stopped early: no row was asked');
  });
});

describe('what is piped in', () => {
  /** Node from 22 on keeps its compiled code there as well, for the next run. */
  const leftIn = (folder: string) =>
    readdirSync(folder).filter((name) => name !== 'node-compile-cache');
  const rows = '{"text":"one"}\n{"text":"two TOXIC"}\n';

  it('is labelled, and nothing of it is left behind', async () => {
    const { cwd } = await setUp();
    const temporary = scratchFolder();
    const flags = ['--dataset', '-', '--out', 'piped.jsonl'];
    const env = { TMPDIR: temporary };
    const { code, stderr } = await spawnCli('collect', flags, { cwd, env, stdin: rows });
    expect([code, readRows(join(cwd, 'piped.jsonl')).length]).toEqual([0, 2]);
    expect(stderr).toContain('labelled    2 rows');
    expect(leftIn(temporary)).toEqual([]);
  });

  it('is deleted too where the run is left at once', async () => {
    const { opened, open } = gate();
    const { cwd, env, server } = await setUp(async () => {
      await opened;
      return 'toxic';
    });
    onTestFinished(open);
    const temporary = scratchFolder();
    const flags = ['--dataset', '-', '-m', 'openai:teacher'];
    const { child, finished } = startCli('collect', flags, {
      cwd,
      env: { ...env, TMPDIR: temporary },
      stdin: rows,
    });
    await server.received(1);
    expect(leftIn(temporary)).toHaveLength(1);
    child.stderr?.on('data', (text: string) => {
      if (text.includes('stopping')) child.kill('SIGINT');
    });
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
    expect(leftIn(temporary)).toEqual([]);
  });
});

describe('variables', () => {
  const flags = ['--dataset', 'data.csv', '-m', 'openai:teacher', '--ds-max-size', '1'];

  it('come from the file of --env-file, where there is a .env too', async () => {
    const { cwd, server } = await setUp();
    const variables = (key: string) => `OPENAI_API_KEY=${key}\nOPENAI_BASE_URL=${server.url}\n`;
    writeFileSync(join(cwd, '.env'), variables('of-dot-env'));
    writeFileSync(join(cwd, 'my.env'), variables('of-my-env'));
    await spawnCli('collect', [...flags, '--env-file', 'my.env'], { cwd });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer of-my-env',
    ]);
  });
});

describe('npm run', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const npmRun = (...args: string[]) =>
    execFileSync('npm', ['run', '-s', 'collect', '--', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('starts each command in the same way', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const starts = COMMANDS.map((command) => [command, `node -- dist/bin/${command}.js`]);
    expect(scripts).toMatchObject(Object.fromEntries(starts));
  });

  it('hands the flags on, --env-file too, which Node has itself', () => {
    // Node itself would say 9, and without the flags the command would find no fault.
    expect(() => npmRun('--dataset', 'sample', '--dry-run', '--env-file', 'none.env')).toThrow(
      expect.objectContaining({ status: 2, stderr: expect.stringContaining('none.env') }),
    );
  });
});
