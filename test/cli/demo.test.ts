import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { scratchFolder } from '../helpers/cli.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('npm run demo prints what the README shows, with no key, whatever was there before', () => {
  const copy = scratchFolder();
  for (const part of ['package.json', 'dist', 'data/sample.jsonl'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const results = join(copy, 'outputs/demo');
  mkdirSync(results, { recursive: true });
  for (const name of ['train.jsonl', 'student.json']) writeFileSync(join(results, name), 'of old');
  const printed = execFileSync('npm', ['run', '-s', 'demo'], {
    cwd: copy,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(printed).toBe(shownByReadme());
  const { models } = JSON.parse(readFileSync(join(results, 'report.json'), 'utf8'));
  expect(models).toHaveLength(2);
});

/** The demo's output as the README shows it. */
function shownByReadme(): string | undefined {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return /npm run demo\n```\n\n```\n([\s\S]*?)```/.exec(readme)?.[1];
}
