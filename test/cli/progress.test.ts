import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type ProgressOptions, Screen } from '../../src/cli/progress.js';
import { TextSink } from '../helpers/cli.js';

function open({ isTTY, columns }: { isTTY: boolean; columns?: number }) {
  const stream = Object.assign(new TextSink(isTTY), columns === undefined ? {} : { columns });
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
      progress.update(clock.now / 1_000, {
        details: () => ['3 unanswered'],
        extra: () => '99 tokens',
      });
    }
    progress.stop();
    expect(stream.text).toBe(
      'collect: 5/40 rows, 3 unanswered, 35s left, 1 rows/s, 99 tokens\n' +
        'collect: 10/40 rows, 3 unanswered, 30s left, 1 rows/s, 99 tokens\n',
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

describe('the rate and the time that is left', () => {
  /** What the last line says, after so many rows a second for so many seconds each. */
  function lastLine(stretches: readonly (readonly [perSecond: number, seconds: number])[]) {
    const { stream, clock, start } = open({ isTTY: false });
    const progress = start({ total: 10_000 });
    const skipped = 4_000;
    progress.update(skipped, { skipped });
    let done = skipped;
    for (const [perSecond, seconds] of stretches) {
      for (let second = 0; second < seconds; second += 1) {
        clock.now += 1_000;
        done += perSecond;
        progress.update(done, { skipped });
      }
    }
    return stream.text.trimEnd().split('\n').at(-1);
  }

  it('are of the rows that this run asks, not of those that were there', () => {
    expect(lastLine([[2, 60]])).toBe('collect: 4120/10000 rows, 49m00s left, 2 rows/s');
  });

  it('know of rows that were there among those that are asked, as after failures', () => {
    const { stream, clock, start } = open({ isTTY: false });
    const progress = start({ total: 10_000 });
    for (let asked = 1; asked <= 20; asked += 1) {
      clock.now += 1_000;
      progress.update(asked * 100, { skipped: asked * 99 });
    }
    expect(stream.text.trimEnd().split('\n').at(-1)).toBe(
      'collect: 2000/10000 rows, 1m20s left, 1 rows/s',
    );
  });

  it('are of the last seconds: they follow a server that takes more and more', () => {
    const grown = lastLine([
      [1, 300],
      [10, 15],
    ]);
    expect(grown).toBe('collect: 4450/10000 rows, 9m15s left, 10 rows/s');
  });

  it('reach back to the last ten rows of a slow server', () => {
    const { stream, clock, start } = open({ isTTY: false });
    const progress = start({ total: 100 });
    for (let done = 1; done <= 30; done += 1) {
      clock.now += 20_000;
      progress.update(done);
    }
    expect(stream.text.trimEnd().split('\n').at(-1)).toBe(
      'collect: 30/100 rows, 23m20s left, 0.05 rows/s',
    );
  });
});

describe('a bar in few columns', () => {
  /** What a terminal of so many columns shows in the end. */
  function bar(
    columns: number,
    { label = 'collect', details = ['12 unanswered', '$0.0139 of ~$0.0537'] } = {},
  ) {
    const { stream, clock, screen } = open({ isTTY: true, columns });
    const progress = screen.startProgress(label, { total: 5082, unit: 'rows' });
    progress.update(1000, { skipped: 1000 });
    clock.now = 10_000;
    progress.update(1234, { skipped: 1000, details: () => details, extra: () => '12,345 tokens' });
    progress.stop();
    const [line = ''] = stripVTControlCharacters(stream.text).match(/[^\]]*\]? 1234\/.*$/) ?? [];
    return line.slice(line.lastIndexOf(label.slice(0, 5)));
  }
  const ALL =
    '1234/5082 rows, 12 unanswered, $0.0139 of ~$0.0537, 2m44s left, 23 rows/s, 12,345 tokens';

  it('has all where there is room, and grows no longer than it needs', () => {
    expect(bar(200)).toBe(`collect [${'='.repeat(10)}${' '.repeat(30)}] ${ALL}`);
    expect(bar(110)).toHaveLength(109);
  });

  it('keeps what is unanswered and the dollars at 80 columns', () => {
    const line = bar(80);
    expect(line).toBe(
      'collect [=     ] 1234/5082 rows, 12 unanswered, $0.0139 of ~$0.0537, 2m44s left',
    );
    expect(bar(80, { details: ['12 unanswered'] })).toMatch(
      /^collect \[=+ +\] 1234\/5082 rows, 12 unanswered, 2m44s left, 23 rows\/s$/,
    );
  });

  it('cuts the name of a model before it cuts what it costs', () => {
    const label = 'evaluate mistralai/mistral-small-3.2-24b-instruct';
    expect(bar(80, { label })).toBe(
      'evaluate mistralai/mist… 1234/5082 rows, 12 unanswered, $0.0139 of ~$0.0537',
    );
  });

  it('is no bar where nobody knows the end', () => {
    const { stream, clock, screen } = open({ isTTY: true });
    const progress = screen.startProgress('collect', {
      total: Number.POSITIVE_INFINITY,
      unit: 'rows',
    });
    clock.now = 10_000;
    progress.update(50);
    progress.stop();
    expect(stripVTControlCharacters(stream.text)).toMatch(/collect 50 rows, 5 rows\/s$/);
  });
});

describe('a line on a terminal', () => {
  it('is broken between words, but for a command and what is no prose', () => {
    const written = (line: string, isTTY = true) => {
      const { stream, screen } = open({ isTTY, columns: 24 });
      screen.writeLine(line);
      return stream.text;
    };
    expect(written('error: there are too many of them')).toBe(
      'error: there are too\n  many of them\n',
    );
    expect(written('  write toxic or not toxic into it')).toBe(
      '  write toxic or not\n    toxic into it\n',
    );
    const whole = [
      '  judge by: evaluate -m wordlist',
      'next        evaluate --run outputs/a.jsonl',
    ];
    for (const line of whole) expect(written(line)).toBe(`${line}\n`);
    const error = 'error: there are too many of them';
    expect(written(error, false)).toBe(`${error}\n`);
  });
});

describe('progress on a terminal', () => {
  it('is a bar, and a line goes above it', () => {
    const { stream, clock, screen, start } = open({ isTTY: true });
    const progress = start();
    clock.now = 2_000;
    progress.update(10, { details: () => ['1 unanswered'] });
    screen.writeLine('a note');
    const [before = '', after = ''] = stripVTControlCharacters(stream.text).split('a note\n');
    expect(before).toMatch(/collect \[ +\] 0\/40 rows/);
    expect(after).toMatch(/collect \[=+ +\] 10\/40 rows, 1 unanswered, 6s left, 5 rows\/s/);
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
