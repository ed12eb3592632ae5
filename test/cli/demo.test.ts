import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { scratchFolder } from '../helpers/cli.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('npm run demo collects, trains and evaluates with no key, again and again', () => {
  const copy = scratchFolder();
  for (const part of ['package.json', 'dist', 'data/sample.jsonl'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const demo = () =>
    execFileSync('npm', ['run', '-s', 'demo'], {
      cwd: copy,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const first = demo();
  expect(first).toMatch(/^Cross-validated over 5 folds of 120 rows/);
  expect(first).toContain('\nwordlist scores:\n');
  expect(first).toContain('Contender model (student:student) scores:');
  expect(first).toContain('answered 120 of 120 rows');
  const { models } = JSON.parse(readFileSync(join(copy, 'outputs/demo/report.json'), 'utf8'));
  expect(models).toHaveLength(2);
  expect(demo()).toBe(first);
});
