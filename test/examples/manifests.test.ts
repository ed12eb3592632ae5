import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bin, runCli, scratchFolder } from '../helpers/cli.js';
import { readRows, writeRows } from '../helpers/files.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLES = join(ROOT, 'examples');

interface Manifest {
  readonly spec: {
    readonly completions: number;
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] };
    };
  };
}

const readManifest = (name: string) =>
  parse(readFileSync(join(EXAMPLES, name), 'utf8')) as Manifest;
const scriptOf = (name: string) =>
  readManifest(name).spec.template.spec.containers[0]?.args[0] ?? '';

const MANIFESTS = readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml'));

/** What the compiler says of values that are to be jobs; it knows every field of the API. */
function checkJobs(jobs: Readonly<Record<string, unknown>>): string {
  const folder = scratchFolder();
  const types = join(ROOT, 'node_modules/kubernetes-types');
  cpSync(types, join(folder, 'node_modules/kubernetes-types'), { recursive: true });
  const lines = Object.entries(jobs).map(
    ([name, job]) => `export const ${name.replace(/\W/g, '_')}: Job = ${JSON.stringify(job)};\n`,
  );
  const head = "import type { Job } from 'kubernetes-types/batch/v1';\n";
  writeFileSync(join(folder, 'jobs.ts'), head + lines.join(''));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--noLib', '--module', 'nodenext'];
  writeFileSync(join(folder, 'lib.d.ts'), LIB);
  const { stdout } = spawnSync(process.execPath, [tsc, ...flags, 'jobs.ts', 'lib.d.ts'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout;
}

/** As much of the standard library as a compiler cannot do without. */
const LIB = [
  'interface Array<T> { length: number; [n: number]: T }',
  ...'Boolean CallableFunction Function IArguments NewableFunction Number Object RegExp String'
    .split(' ')
    .map((name) => `interface ${name} {}`),
].join('\n');

describe('the manifests in examples/', () => {
  it('are jobs as Kubernetes knows them', () => {
    const jobs = Object.fromEntries(MANIFESTS.map((name) => [name, readManifest(name)]));
    expect(Object.keys(jobs)).toHaveLength(2);
    expect(checkJobs(jobs)).toBe('');
    const misspelt = JSON.parse(
      JSON.stringify(jobs).replace('backoffLimitPerIndex', 'backoffLimitByIndex'),
    );
    expect(checkJobs(misspelt)).toMatch(/"backoffLimitByIndex"' does not exist in type 'JobSpec'/);
  });

  it('are in the package, with what docs/scale.md says of them', () => {
    const doc = readFileSync(join(ROOT, 'docs/scale.md'), 'utf8');
    for (const name of readdirSync(EXAMPLES)) expect(doc).toContain(`../examples/${name}`);
  });
});

/** A `vllm` that works off a file of requests, and fails in the midst of one the first time. */
const FAKE_VLLM = `#!/usr/bin/env node
const { readFileSync, writeFileSync, existsSync } = require('node:fs');
const [, , command, , input, , output, , model] = process.argv;
if (command !== 'run-batch') process.exit(2);
const lines = readFileSync(input, 'utf8').trimEnd().split('\\n').map((line) => JSON.parse(line));
const results = lines.map(({ custom_id, body }) => JSON.stringify({
  id: 'vllm-x', custom_id, error: null,
  response: { status_code: 200, request_id: 'r', body: { model, choices: [{ message: {
    content: body.messages.at(-1).content.includes('TOXIC') ? 'toxic' : 'not toxic' } }] } },
}) + '\\n');
const failed = input.endsWith('shard-00001.jsonl') && !existsSync(input + '.failed');
writeFileSync(output, results.slice(0, failed ? 1 : undefined).join(''));
if (failed) writeFileSync(input + '.failed', '');
process.exit(failed ? 1 : 0);
`;

/** Starts the script of each shard once, as an array job does. */
function runArray(
  cwd: string,
  script: string,
  variable: string,
  shards: readonly number[],
): number[] {
  const tools = join(cwd, 'bin');
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'vllm'), FAKE_VLLM);
  chmodSync(join(tools, 'vllm'), 0o755);
  const path = `${tools}:${dirname(process.execPath)}:${process.env.PATH}`;
  return shards.map((shard) => {
    const env = { PATH: path, SHARDS: join(cwd, 'shards'), MODEL: 'm', [variable]: String(shard) };
    return spawnSync('bash', ['-euc', script], { cwd, env }).status ?? -1;
  });
}

describe.each([
  ['Kubernetes', scriptOf('kubernetes-vllm.yaml'), 'JOB_COMPLETION_INDEX'],
  ['Slurm', readFileSync(join(EXAMPLES, 'slurm-vllm.sh'), 'utf8'), 'SLURM_ARRAY_TASK_ID'],
])('a round as an array job of %s', (_, script, variable) => {
  it('labels every row, also where a shard fails the first time', async () => {
    const cwd = scratchFolder();
    writeRows(
      join(cwd, 'rows.jsonl'),
      Array.from({ length: 9 }, (_, i) => ({ text: `text ${i}${i % 3 ? '' : ' TOXIC'}` })),
    );
    const collect = (...flags: string[]) =>
      runCli('collect', ['-m', 'vllm:m', '--dataset', 'rows.jsonl', '--out', 'l.jsonl', ...flags], {
        cwd,
      });
    await collect('--batch-export', 'shards', '--shards', '3');
    expect(runArray(cwd, script, variable, [0, 1, 2])).toEqual([0, 1, 0]);
    const first = await collect('--batch-import', 'shards');
    expect([first.code, readFileSync(join(cwd, 'shards/missing.txt'), 'utf8')]).toEqual([3, '1\n']);
    expect(runArray(cwd, script, variable, [1, 2])).toEqual([0, 0]);
    expect((await collect('--batch-import', 'shards')).code).toBe(0);
    expect(
      readRows(join(cwd, 'l.jsonl')).filter(({ prediction }) => prediction === 'toxic'),
    ).toHaveLength(3);
  });
});

it('the job of a student labels stretches that cat joins', async () => {
  const cwd = scratchFolder();
  writeRows(
    join(cwd, 'rows.jsonl'),
    Array.from({ length: 5 }, (_, i) => ({ text: `what a fine day ${i}` })),
  );
  const tools = join(cwd, 'bin');
  mkdirSync(tools);
  writeFileSync(
    join(tools, 'collect'),
    `#!/bin/sh\nexec "${process.execPath}" -- "${bin('collect')}" "$@"\n`,
  );
  chmodSync(join(tools, 'collect'), 0o755);
  // The word list stands in for a student: neither asks a server.
  const script = scriptOf('kubernetes-student.yaml').replace('student:student.json', 'wordlist');
  for (const index of ['0', '1']) {
    const env = { PATH: `${tools}:${process.env.PATH}`, JOB_COMPLETION_INDEX: index, ROWS: '3' };
    execFileSync('bash', ['-euc', script], { cwd, env, stdio: 'ignore' });
  }
  const parts = ['labels-00000.jsonl', 'labels-00001.jsonl'].map((name) =>
    readFileSync(join(cwd, name), 'utf8'),
  );
  writeFileSync(join(cwd, 'labels.jsonl'), parts.join(''));
  expect(readRows(join(cwd, 'labels.jsonl')).map((row) => row.ds_original_idx)).toEqual([
    0, 1, 2, 3, 4,
  ]);
  rmSync(join(cwd, 'labels-00000.jsonl'));
  expect(existsSync(join(cwd, 'labels.jsonl'))).toBe(true);
  const args = ['-m', 'wordlist', '--dataset', 'rows.jsonl', '--out', 'labels.jsonl'];
  const { stderr } = await runCli('collect', args, { cwd });
  expect(stderr).toContain('5 rows that were done before');
});
