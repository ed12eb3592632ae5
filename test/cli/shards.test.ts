import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BatchRequest, textOf } from '../helpers/batch-server.js';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { readRows, writeCsv, writeRows } from '../helpers/files.js';
import { completion } from '../helpers/model-server.js';

const OUT = 'labels.jsonl';

function folderOf(rows: number): string {
  const cwd = scratchFolder();
  writeCsv(
    join(cwd, 'data.csv'),
    Array.from({ length: rows }, (_, i) => `text ${i}${i % 4 === 0 ? ' TOXIC' : ''}`),
  );
  return cwd;
}

const collect = (cwd: string, ...flags: string[]) =>
  runCli('collect', ['-m', 'vllm:org/guard', '--dataset', 'data.csv', '--out', OUT, ...flags], {
    cwd,
  });

const shardFiles = (cwd: string) => readdirSync(join(cwd, 'shards/requests')).sort();
const requestsOf = (cwd: string, shard: string) =>
  readRows(join(cwd, 'shards/requests', shard)) as unknown as BatchRequest[];

/** Works off a shard as `vllm run-batch` does, and writes its results in the opposite order. */
function work(
  cwd: string,
  shard: string,
  answer = (request: BatchRequest): object => ({
    response: {
      status_code: 200,
      request_id: 'r',
      body: completion(textOf(request).includes('TOXIC') ? 'toxic' : 'not toxic'),
    },
    error: null,
  }),
): void {
  const lines = requestsOf(cwd, shard).map((request) => ({
    id: `vllm-${request.custom_id}`,
    custom_id: request.custom_id,
    ...answer(request),
  }));
  mkdirSync(join(cwd, 'shards/results'), { recursive: true });
  writeRows(join(cwd, 'shards/results', shard), lines.reverse());
}

describe('collect --batch-export and --batch-import', () => {
  it('writes requests in shards, and takes their results as if it had asked', async () => {
    const cwd = folderOf(10);
    const written = await collect(cwd, '--batch-export', 'shards', '--shards', '3');
    expect([written.code, written.stderr]).toEqual([0, '']);
    expect(written.stdout).toMatch(
      /^requests {4}10 rows in 3 shards of shards\/requests, 0\.0 MB$/m,
    );
    expect(shardFiles(cwd)).toEqual([
      'shard-00000.jsonl',
      'shard-00001.jsonl',
      'shard-00002.jsonl',
    ]);
    expect(shardFiles(cwd).map((shard) => requestsOf(cwd, shard).length)).toEqual([4, 3, 3]);
    expect(requestsOf(cwd, 'shard-00000.jsonl')[0]).toMatchObject({
      custom_id: expect.stringMatching(/^[0-9a-f]{12}$/),
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'org/guard', temperature: 0, messages: expect.any(Array) },
    });
    for (const shard of shardFiles(cwd)) work(cwd, shard);
    const { code, stderr } = await collect(cwd, '--batch-import', 'shards');
    expect([code, stderr]).toEqual([0, expect.stringContaining('labelled    10 rows: 3 toxic')]);
    const rows = readRows(join(cwd, OUT));
    expect(rows).toHaveLength(10);
    expect(
      rows.filter(
        ({ prediction, input }) => (prediction === 'toxic') !== String(input).includes('TOXIC'),
      ),
    ).toEqual([]);
    expect(rows[0]).toMatchObject({
      model: 'org/guard',
      provider: 'vllm',
      cost_usd: 0,
      latency_ms: null,
    });
    const again = await collect(cwd, '--batch-import', 'shards');
    expect([again.code, readRows(join(cwd, OUT)).length]).toEqual([0, 10]);
  });

  it('counts a shard only when it is whole, and lists those to run again', async () => {
    const cwd = folderOf(12);
    await collect(cwd, '--batch-export', 'shards', '--shards', '4');
    const [first = '', second = '', third = ''] = shardFiles(cwd);
    for (const shard of [first, second, third]) work(cwd, shard);
    const cut = join(cwd, 'shards/results', second);
    writeFileSync(cut, readFileSync(cut, 'utf8').slice(0, -40));
    writeFileSync(
      join(cwd, 'shards/results', third),
      readFileSync(join(cwd, 'shards/results', first)),
    );
    const { code, stderr } = await collect(cwd, '--batch-import', 'shards');
    expect(code).toBe(3);
    expect(stderr).toContain('error: 3 of 4 shards are missing or not whole: 1, 2, 3');
    expect(readFileSync(join(cwd, 'shards/missing.txt'), 'utf8')).toBe('1\n2\n3\n');
    expect(readRows(join(cwd, OUT))).toHaveLength(3);
    for (const shard of shardFiles(cwd)) work(cwd, shard);
    expect((await collect(cwd, '--batch-import', 'shards/results')).code).toBe(0);
    expect((await collect(cwd, '--batch-import', 'shards')).code).toBe(0);
    expect(readRows(join(cwd, OUT))).toHaveLength(12);
    expect(readdirSync(join(cwd, 'shards'))).not.toContain('missing.txt');
  });

  it('takes one file of results, of a shard or of no known export', async () => {
    const cwd = folderOf(8);
    await collect(cwd, '--batch-export', 'shards', '--shards', '2');
    for (const shard of shardFiles(cwd)) work(cwd, shard);
    const one = await collect(cwd, '--batch-import', 'shards/results/shard-00001.jsonl');
    expect([one.code, readRows(join(cwd, OUT)).length]).toEqual([0, 4]);
    const loose = join(cwd, 'loose.jsonl');
    writeFileSync(loose, readFileSync(join(cwd, 'shards/results/shard-00000.jsonl')));
    rmSync(join(cwd, 'shards'), { recursive: true });
    expect((await collect(cwd, '--batch-import', 'loose.jsonl')).code).toBe(0);
    expect(readRows(join(cwd, OUT))).toHaveLength(8);
  });

  it('writes what stands before a line that is broken, and takes a row once', async () => {
    const cwd = folderOf(700);
    await collect(cwd, '--batch-export', 'shards');
    work(cwd, 'shard-00000.jsonl');
    const whole = readFileSync(join(cwd, 'shards/results/shard-00000.jsonl'));
    rmSync(join(cwd, 'shards'), { recursive: true });
    const half = whole.subarray(0, whole.indexOf('\n', whole.length / 2) + 1);
    const rows = half.toString().split('\n').length - 1;
    const broken = Buffer.concat([half, half, Buffer.from([0xff, 0x0a]), whole]);
    writeFileSync(join(cwd, 'loose.jsonl'), broken);
    const { code, stderr } = await collect(cwd, '--batch-import', 'loose.jsonl');
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining(`loose.jsonl line ${2 * rows + 1} is not valid UTF-8`),
    ]);
    expect(readRows(join(cwd, OUT))).toHaveLength(rows);
    writeFileSync(join(cwd, 'loose.jsonl'), whole);
    expect((await collect(cwd, '--batch-import', 'loose.jsonl')).code).toBe(0);
    const inputs = readRows(join(cwd, OUT)).map(({ input }) => input);
    expect([inputs.length, new Set(inputs).size]).toEqual([700, 700]);
  });

  it('exports only what the label file does not have, and keeps failures apart', async () => {
    const cwd = folderOf(6);
    await collect(cwd, '--batch-export', 'shards');
    work(cwd, 'shard-00000.jsonl', (request) =>
      textOf(request) === 'text 3'
        ? { response: { status_code: 500, request_id: 'r', body: 'no memory' }, error: null }
        : {
            response: { status_code: 200, request_id: 'r', body: completion('toxic') },
            error: null,
          },
    );
    const { code, stderr } = await collect(cwd, '--batch-import', 'shards');
    expect([code, stderr]).toEqual([3, expect.stringContaining('1 row failed on the way')]);
    const next = await collect(cwd, '--batch-export', 'again', '--shards', '5');
    expect(next.stdout).toContain('1 row in 1 shard of again/requests, 0.0 MB; 5 rows left out');
  });

  it('refuses what does not go together, and results of other requests', async () => {
    const cwd = folderOf(3);
    await collect(cwd, '--batch-export', 'shards');
    const used = await collect(cwd, '--batch-export', 'shards');
    expect([used.code, used.stderr]).toEqual([
      2,
      expect.stringContaining('shards holds shards already'),
    ]);
    const other = await collect(cwd, '--batch-import', 'shards', '-m', 'vllm:org/other');
    expect(other.stderr).toContain('were made with model org/guard, this run has model org/other');
    expect((await collect(cwd, '--shards', '3')).stderr).toContain(
      '--shards 3 goes with --batch-export',
    );
    expect((await collect(cwd, '--batch', '--batch-export', 'x')).stderr).toContain(
      'exclude each other',
    );
    expect((await collect(cwd, '--batch-import', 'nowhere')).stderr).toContain(
      'nowhere is not there',
    );
    const here = await runCli('collect', ['--dataset', 'data.csv', '--batch-export', 'x'], { cwd });
    expect(here.stderr).toContain('wordlist is none');
  });
});
