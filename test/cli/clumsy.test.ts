import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CommandName, runCli, scratchFolder } from '../helpers/cli.js';
import { originalRow, writeRows } from '../helpers/files.js';

const FILES: readonly (readonly [CommandName, ...string[]])[] = [
  ['collect', '--dataset', 'sample', '--out'],
  ['collect', '--dataset', 'sample', '--task'],
  ['collect', '--dataset', 'sample', '--prices'],
  ['collect', '--dataset', 'sample', '--env-file'],
  ['collect', '--dataset'],
  ['evaluate', '--eval-file'],
  ['evaluate', '--eval-file', 'rows.jsonl', '--run'],
  ['evaluate', '--eval-file', 'rows.jsonl', '--train-file'],
  ['evaluate', '--eval-file', 'rows.jsonl', '--human-labels'],
  ['evaluate', '--eval-file', 'rows.jsonl', '--threshold-from'],
  ['evaluate', '--eval-file', 'rows.jsonl', '--no-worse-than'],
  ['evaluate', '--eval-file', 'rows.jsonl', '--audit', '2', '--out'],
  ['evaluate', '--eval-file', 'rows.jsonl', '--report'],
  ['train', '--student', 's.json', '--train-file'],
  ['train', '--student', 's.json', '--train-file', 'rows.jsonl', '--exclude'],
  ['train', '--train-file', 'rows.jsonl', '--student'],
  ['train', '--train-file', 'rows.jsonl', '--export'],
];

function folder(): string {
  const cwd = scratchFolder();
  writeRows(join(cwd, 'rows.jsonl'), [originalRow(0, 'text', 'toxic', 'toxic')]);
  mkdirSync(join(cwd, 'folder.csv'));
  execFileSync('mkfifo', [join(cwd, 'pipe.csv')]);
  return cwd;
}

describe.each(FILES)('%s %s %s %s %s', (command, ...flags) => {
  it.each([
    ['folder.csv', 'is a folder'],
    ['pipe.csv', 'is not a regular file'],
    ['/dev/zero', ''],
    ['', ''],
  ])('of %j ends at once with one clear line', async (path, what) => {
    const { code, stdout, stderr } = await runCli(command as CommandName, [...flags, path], {
      cwd: folder(),
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(what);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    expect(stderr.trim().split('\n').length).toBeLessThan(4);
  });
});

it.each<[CommandName, string]>([
  ['evaluate', '--bootstrap'],
  ['evaluate', '--seed'],
  ['evaluate', '--runs'],
  ['evaluate', '--audit'],
  ['collect', '--concurrency'],
  ['collect', '--rpm'],
  ['collect', '--tpm'],
  ['collect', '--timeout'],
  ['collect', '--max-retries'],
  ['collect', '--max-cost'],
  ['collect', '--sample'],
  ['collect', '--seed'],
  ['collect', '--ds-offset'],
  ['collect', '--ds-max-size'],
  ['train', '--seed'],
])('%s %s has an upper bound', async (command, flag) => {
  const given = [flag, '9'.repeat(14)];
  const { code, stderr } = await runCli(command, given, { cwd: scratchFolder() });
  expect(code).toBe(2);
  expect(stderr).toContain('It must be at most');
});
