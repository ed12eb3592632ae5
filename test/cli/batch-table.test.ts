import { describe, expect, it, onTestFinished } from 'vitest';
import { BatchBoard } from '../../src/cli/batch-board.js';
import { batchTable } from '../../src/cli/batch-table.js';
import { Screen } from '../../src/cli/progress.js';
import type { BatchStanding } from '../../src/run/asked.js';
import { forgetSecrets, keepSecrets } from '../../src/secrets/redact.js';
import { TextSink } from '../helpers/cli.js';
import { shownBy } from '../helpers/terminal.js';

const standing = (given: Partial<BatchStanding> = {}): BatchStanding => ({
  id: 'batch_1',
  status: 'in_progress',
  done: 1_200,
  failed: 3,
  total: 50_000,
  since: '2026-11-30T14:02:31.000Z',
  isNews: true,
  hasEnded: false,
  ...given,
});

const ROOM = { columns: 79, lines: 22 };

describe('the table of batches', () => {
  it('has a line for each, and numbers end in one column', () => {
    const validating = { id: 'batch_22', status: 'validating', done: 0, failed: 0 };
    expect(batchTable([standing(), standing(validating)])(ROOM)).toEqual([
      'batch     status        done  failed   total  since (UTC)',
      'batch_1   in_progress  1,200       3  50,000  11-30 14:02',
      'batch_22  validating       0       0  50,000  11-30 14:02',
    ]);
    expect(batchTable([])(ROOM)).toEqual([]);
  });

  it('counts what does not fit', () => {
    const many = Array.from({ length: 25 }, (_, i) => standing({ id: `batch_${i}` }));
    const lines = batchTable(many)(ROOM);
    expect([lines.length, lines.at(-1)]).toEqual([12, 'and 15 more']);
    expect(batchTable(many)({ columns: 79, lines: 5 }).at(-1)).toBe('and 22 more');
  });

  it('cuts a long id in its middle, and a line where there is no room at all', () => {
    const id = 'batch_6745f2e5c5f48190b1a0f7a8ea0a4d6e';
    const [, line = ''] = batchTable([standing({ id })])(ROOM);
    expect(line).toHaveLength(79);
    expect(line).toMatch(/^batch_6745f2e5c\S*…\S+0a4d6e {2}in_progress/);
    const narrow = batchTable([standing({ id })])({ columns: 30, lines: 22 });
    expect(narrow[1]).toBe('batc…4d6e  in_progress  1,200 ');
  });

  it('shows what a server says neither raw nor with a secret', () => {
    onTestFinished(forgetSecrets);
    keepSecrets(['sk-very-secret-1234']);
    const id = 'b\u001b[2J sk-very-secret-1234';
    const [, line = ''] = batchTable([standing({ id })])(ROOM);
    expect(line).toContain('b\\x1b[2J [redacted]');
  });
});

describe('the board of batches', () => {
  const open = (isTTY: boolean) => {
    const stream = new TextSink(isTTY);
    const screen = new Screen(stream, () => 0);
    const board = new BatchBoard((line) => screen.writeLine(line));
    const progress = screen.startProgress('collect', { total: 40, unit: 'rows' });
    onTestFinished(() => progress.stop());
    return { stream, board, progress, shown: () => shownBy(stream.text) };
  };
  const ended = { status: 'completed', done: 50_000, failed: 0, hasEnded: true };

  it('is a table that is drawn in place on a terminal, with a line for a batch that has ended', () => {
    const { board, progress, shown } = open(true);
    board.tell(standing({ status: 'validating' }), progress);
    board.tell(standing(), progress);
    board.tell(standing({ id: 'batch_2' }), progress);
    expect(shown()).toEqual([
      expect.stringMatching(/^batch +status/),
      expect.stringMatching(/^batch_1 +in_progress/),
      expect.stringMatching(/^batch_2 +in_progress/),
      expect.stringMatching(/^collect \[ +\] 0\/40 rows/),
    ]);
    board.tell(standing(ended), progress);
    expect(shown()).toEqual([
      'batch batch_1  completed    50,000 done of 50,000, since 2026-11-30 14:02 UTC',
      expect.stringMatching(/^batch +status/),
      expect.stringMatching(/^batch_2 +in_progress/),
      expect.stringMatching(/^collect \[ +\] 0\/40 rows/),
    ]);
    progress.stop();
    expect(shown()).toEqual([expect.stringMatching(/^batch batch_1 {2}completed/), '']);
  });

  it('draws nothing any more once the bar is gone', () => {
    const { stream, board, progress } = open(true);
    progress.stop();
    const { length } = stream.text;
    board.tell(standing(), progress);
    expect(stream.text).toHaveLength(length);
  });

  it('is a line for each new state elsewhere', () => {
    const { stream, board, progress } = open(false);
    board.tell(standing({ status: 'validating', done: 0, failed: 0 }), progress);
    board.tell(standing({ isNews: false }), progress);
    board.tell(standing(ended), progress);
    expect(stream.text.split('\n').map((line) => line.slice(0, 27))).toEqual([
      'batch batch_1  validating  ',
      'batch batch_1  completed   ',
      '',
    ]);
  });
});
