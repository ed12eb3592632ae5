import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type ProgressOptions, Screen } from '../../src/cli/progress.js';
import { TextSink } from '../helpers/cli.js';

function open({ isTTY }: { isTTY: boolean }) {
  const stream = new TextSink(isTTY);
  const clock = { now: 0 };
  const screen = new Screen(stream, () => clock.now);
  const start = (options: Partial<ProgressOptions> = {}) =>
    screen.startProgress('collect', { total: 40, unit: 'rows', ...options });
  return { stream, clock, screen, start };
}

describe('progress off a terminal', () => {
  it('is a line every five seconds', () => {
    const { stream, clock, start } = open({ isTTY: false });
    const progress = start();
    for (clock.now = 1_000; clock.now <= 11_000; clock.now += 1_000) {
      progress.update(clock.now / 1_000, [undefined, '3 unanswered']);
    }
    progress.stop();
    expect(stream.text).toBe(
      'collect: 5/40 rows, 1 rows/s, 3 unanswered\ncollect: 10/40 rows, 1 rows/s, 3 unanswered\n',
    );
  });

  it('does without a total that is not known', () => {
    const { stream, clock, start } = open({ isTTY: false });
    const progress = start({ total: undefined, unit: 'MB' });
    clock.now = 5_000;
    progress.update(12.345);
    expect(stream.text).toBe('collect: 12.3 MB, 2.5 MB/s\n');
  });

  it('leaves the lines to -v where it is silent', () => {
    const { stream, clock, start } = open({ isTTY: false });
    const progress = start({ silent: true });
    clock.now = 60_000;
    progress.update(40);
    expect(stream.text).toBe('');
  });
});

describe('progress on a terminal', () => {
  it('is a bar, and a line goes above it', () => {
    const { stream, clock, screen, start } = open({ isTTY: true });
    const progress = start();
    clock.now = 2_000;
    progress.update(10, ['1 unanswered']);
    screen.writeLine('a note');
    const [before = '', after = ''] = stripVTControlCharacters(stream.text).split('a note\n');
    expect(before).toMatch(/collect \[ +\] 0\/40 rows/);
    expect(after).toMatch(/collect \[=+ +\] 10\/40 rows, 5 rows\/s, .* left, 1 unanswered/);
    progress.stop();
  });

  it('is lines where the end is not known', () => {
    const { stream, clock, start } = open({ isTTY: true });
    const progress = start({ total: undefined });
    clock.now = 5_000;
    progress.update(20);
    expect(stream.text).toBe('collect: 20 rows, 4 rows/s\n');
  });

  it('gives the cursor back, also where the run is left at once', () => {
    const [hidden, shown] = ['\u001b[?25l', '\u001b[?25h'];
    const { stream, screen, start } = open({ isTTY: true });
    start();
    expect(stream.text.lastIndexOf(hidden)).toBeGreaterThan(stream.text.lastIndexOf(shown));
    screen.hideBar();
    expect(stream.text.lastIndexOf(shown)).toBeGreaterThan(stream.text.lastIndexOf(hidden));
  });

  it('grows where there is more than was expected', () => {
    const { stream, start } = open({ isTTY: true });
    const progress = start({ total: 5 });
    progress.update(7);
    progress.stop();
    expect(stripVTControlCharacters(stream.text)).toContain('7/7 rows');
  });
});
