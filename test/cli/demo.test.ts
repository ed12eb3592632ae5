import { execSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type CommandName, runCli, scratchFolder } from '../helpers/cli.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Scripts {
  readonly demo: string;
  readonly predemo: string;
}
const { demo, predemo }: Scripts = JSON.parse(read('package.json')).scripts;

it('npm run demo prints what the README shows, with no key, whatever was there before', async () => {
  const cwd = scratchFolder();
  const results = join(cwd, 'outputs/demo');
  mkdirSync(results, { recursive: true });
  for (const name of ['train.jsonl', 'student.json']) writeFileSync(join(results, name), 'of old');
  execSync(predemo, { cwd });
  let printed = '';
  for (const command of demo.split(' && ')) {
    const [, name, flags = ''] = /^node dist\/bin\/(\w+)\.js (.*)$/.exec(command) ?? [];
    const { code, stdout } = await runCli(name as CommandName, flags.split(' '), { cwd });
    expect([command, code]).toEqual([command, 0]);
    printed += stdout;
  }
  expect(printed).toBe(shownByReadme());
  const { models } = JSON.parse(readFileSync(join(results, 'report.json'), 'utf8'));
  expect(models).toHaveLength(2);
});

/** The demo's output as the README shows it. */
function shownByReadme(): string | undefined {
  return /npm run demo\n```\n\n```\n([\s\S]*?)```/.exec(read('README.md'))?.[1];
}
