import { describe, expect, it } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';

const SCREENS = 2;
const ROWS_OF_A_SCREEN = 48;

describe.each(['collect', 'train', 'cascade', 'evaluate'] as const)('%s --help', (command) => {
  const help = async () => (await runCli(command, ['--help'], { cwd: scratchFolder() })).stdout;

  it('is 80 columns wide, and two screens long', async () => {
    const lines = (await help()).trimEnd().split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(SCREENS * ROWS_OF_A_SCREEN);
  });

  it('has a line for each flag, in groups', async () => {
    const text = await help();
    const [, flags = ''] =
      /\nOptions:\n([\s\S]*?)\n\n(?=Models|Datasets|Examples)/.exec(text) ?? [];
    const lines = flags.split('\n').filter((line) => line !== '' && !/^\w+:$/.test(line));
    expect(lines.filter((line) => !/^ {2}-/.test(line))).toEqual([]);
    expect(text.match(/^\w+:$/gm)?.length).toBeGreaterThan(3);
  });

  it('begins with what everybody needs', async () => {
    const [, first = ''] = /\nOptions:\n([\s\S]*?)\n\n/.exec(await help()) ?? [];
    expect(first.split('\n')).toHaveLength(5);
  });
});
