import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBatchServer, textOf } from '../helpers/batch-server.js';
import { CASCADE, setUpCascade, teach } from '../helpers/cascade.js';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { readRows, writeCsv } from '../helpers/files.js';

const ROWS = 12;

async function evaluating(...flags: string[]) {
  const server = await startBatchServer();
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeCsv(
    join(cwd, 'data.csv'),
    Array.from({ length: ROWS }, (_, i) => `text ${i}${i % 3 === 0 ? ' TOXIC' : ''}`),
  );
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-batches' };
  const run = (...more: string[]) =>
    runCli('evaluate', ['--eval-file', 'data.csv', '--batch', ...flags, ...more], { cwd, env });
  return { server, cwd, run };
}

describe('evaluate --batch', () => {
  it('judges what came in batches as what was asked at once', async () => {
    const { server, run } = await evaluating('-m', 'openai:gpt-4o-mini');
    const { code, stdout, stderr } = await run();
    expect(code).toBe(0);
    expect(stdout).toMatch(/accuracy +1\.00/);
    expect(stderr).toMatch(/^saved +\$/m);
    expect(server.batches).toHaveLength(1);
  });

  it('has several models at work side by side, and each row asked as often as wanted', async () => {
    const { server, cwd, run } = await evaluating(
      ...['-m', 'openai:gpt-4o-mini', '-m', 'openai:gpt-4o', '--runs', '2'],
    );
    expect((await run()).code).toBe(0);
    const firstLook = server.log.findIndex((line) => /GET \/batches\/batch_/.test(line));
    expect(server.log.slice(0, firstLook).filter((line) => line === 'POST /batches').length).toBe(
      1,
    );
    const created = server.log.flatMap((line, i) => (line === 'POST /batches' ? [i] : []));
    const downloaded = server.log.findIndex((line) => line.endsWith('/content'));
    expect(created.every((at) => at < downloaded)).toBe(true);
    for (const id of ['gpt-4o-mini', 'gpt-4o']) {
      expect(readRows(join(cwd, `outputs/data.csv.openai-${id}.jsonl`))).toHaveLength(2 * ROWS);
    }
    const keys = server.batches[0]?.requests.map(({ custom_id }) => custom_id) ?? [];
    expect(keys.filter((key) => key.endsWith('#2'))).toHaveLength(ROWS);
  });

  it('writes no report before all is there', async () => {
    const { cwd, run } = await evaluating(
      ...['-m', 'openai:gpt-4o-mini', '--report', 'report.json', '--fail-under', 'toxic.f1=0.9'],
    );
    const first = await run('--no-wait');
    expect([first.code, first.stdout]).toEqual([0, '']);
    expect(first.stderr).toContain('11 rows at the server in 1 batch');
    expect(first.stderr).toContain('and to see the report');
    expect(existsSync(join(cwd, 'report.json'))).toBe(false);
    const second = await run();
    expect([second.code, second.stdout]).toEqual([0, expect.stringContaining('passed')]);
    expect(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')).models[0].rows.answered).toBe(
      ROWS,
    );
  });

  it('refuses models that all run here', async () => {
    const { run } = await evaluating('-m', 'wordlist');
    const { code, stderr } = await run();
    expect([code, stderr]).toEqual([2, expect.stringContaining('wordlist is none')]);
  });
});

it('puts in a batch only the rows that the student of a cascade is not sure of', async () => {
  const place = await setUpCascade();
  await teach(place);
  expect((await place.run('cascade', ...CASCADE, '--escalate', '0.25')).code).toBe(0);
  const server = await startBatchServer();
  onTestFinished(() => server.close());
  const env = { ...place.env, OPENAI_BASE_URL: server.url };
  const args = ['-m', 'cascade:c.json', '--price', '1/1', '--dataset', 'traffic-rows.jsonl'];
  const { code, stderr } = await runCli('collect', [...args, '--out', 't.jsonl', '--batch'], {
    cwd: place.cwd,
    env,
  });
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^saved /m)]);
  const rows = place.rows('t.jsonl');
  const byTeacher = rows.filter(({ answered_by }) => answered_by === 'teacher');
  expect(rows).toHaveLength(80);
  expect(byTeacher.length).toBeGreaterThan(5);
  expect(byTeacher.length).toBeLessThan(40);
  const asked = [
    ...server.asked,
    ...server.batches.flatMap(({ requests }) => requests.map(textOf)),
  ];
  expect(asked.sort()).toEqual(byTeacher.map(({ input }) => input).sort());
  expect(byTeacher.every(({ student_score }) => typeof student_score === 'number')).toBe(true);
});
