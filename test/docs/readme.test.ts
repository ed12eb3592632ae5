import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

it('the example of a dry run prints what is shown, also where other rows were labelled before', async () => {
  const [, section = ''] = README.split('\n## Cost\n');
  const [, command = '', shown] =
    /```\nnpx collect (.*)\n```\n\n```\n([\s\S]*?)```/.exec(section) ?? [];
  const options = { cwd: scratchFolder() };
  const pair = ['--dataset', 'sample', '--split', 'train', '--ds-max-size', '5'];
  expect((await runCli('collect', pair, options)).code).toBe(0);
  const { code, stdout, stderr } = await runCli('collect', command.split(' '), options);
  expect([code, stdout]).toEqual([0, shown]);
  expect(stderr).not.toContain('error');
});
