import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it, onTestFinished } from 'vitest';
import { scratchFolder, startCli } from '../helpers/cli.js';
import { readRows, writeCsv } from '../helpers/files.js';
import { type Answer, completion, refusal, startModelServer } from '../helpers/model-server.js';

const ROWS = 2_000;
const SEED = 20_261_124;
/** Then the runs are left alone, so that the soak ends in time. */
const KILL_FOR_MS = 60_000;

const random = xoroshiro128plus(SEED);
const upTo = (most: number) => uniformInt(random, 0, most);

const labelOf = (text: string) => (Number(text.split(' ')[1]) % 3 === 0 ? 'toxic' : 'not toxic');

const FAULTS: readonly (() => Answer)[] = [
  () => refusal(429, { message: 'slow down' }, { 'retry-after-ms': String(upTo(30)) }),
  () => refusal(429, { message: 'slow down' }, { 'x-ratelimit-reset-requests': '20ms' }),
  () => refusal(500, { message: 'oops' }, { 'retry-after-ms': '5' }),
  () => refusal(503, { message: 'overloaded' }, { 'retry-after-ms': '5' }),
  () => ({ raw: (response) => response.destroy() }),
  () => ({
    raw: (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 900 });
      response.write('{"choices":');
      setTimeout(() => response.destroy(), 2);
    },
  }),
  () => ({
    raw: (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(completion('toxic')).slice(0, 70));
    },
  }),
  () => ({ raw: (response) => response.writeHead(502).end('<html>bad gateway</html>') }),
  () => ({ raw: () => {} }),
];

it(`labels ${ROWS} rows once each through faults and kills`, async () => {
  const onDisk = new Set<string>();
  const askedAgain: string[] = [];
  const server = await startModelServer(async ({ text }) => {
    if (onDisk.has(text)) askedAgain.push(text);
    await pause(upTo(20));
    const fault = upTo(99) < 20 ? FAULTS[upTo(FAULTS.length - 1)] : undefined;
    return fault ? fault() : labelOf(text);
  });
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeCsv(
    join(cwd, 'data.csv'),
    Array.from({ length: ROWS }, (_, i) => `text ${i}`),
  );
  const out = join(cwd, 'outputs/outputs.jsonl');
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const flags = ['--dataset', 'data.csv', '-m', 'openai:teacher', '--ds-max-size', String(ROWS)];

  const started = performance.now();
  let kills = 0;
  let code: number | null = null;
  for (let runs = 0; code !== 0 && runs < 200; runs++) {
    const { child, finished } = startCli('collect', [...flags, '--timeout', '0.5'], { cwd, env });
    const isOver = finished.then(() => true);
    if (performance.now() - started < KILL_FOR_MS) {
      const isDone = await Promise.race([isOver, pause(500 + upTo(900), false)]);
      if (!isDone && child.kill('SIGKILL')) kills += 1;
    }
    ({ code } = await finished);
    if (existsSync(out)) for (const input of wholeInputs(out)) onDisk.add(input);
  }

  const rows = readRows(out);
  const indices = rows.map(({ ds_original_idx }) => ds_original_idx as number);
  expect(code).toBe(0);
  expect(kills).toBeGreaterThan(3);
  expect(indices.sort((a, b) => a - b)).toEqual([...Array(ROWS).keys()]);
  const wrong = rows.filter(({ input, prediction }) => prediction !== labelOf(String(input)));
  expect(wrong).toEqual([]);
  expect(askedAgain).toEqual([]);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stderr.write(
    `soak: ${ROWS} rows, ${server.requests.length} requests, ${kills} kills, ${seconds} s\n`,
  );
});

/** The rows of the lines that a kill did not cut short. */
function wholeInputs(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => String((JSON.parse(line) as { input: unknown }).input));
}
