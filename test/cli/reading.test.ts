import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openSession } from '../../src/cli/main.js';
import { Screen } from '../../src/cli/progress.js';
import { showReading } from '../../src/cli/reading.js';
import { runCli, scratchFolder, TextSink } from '../helpers/cli.js';
import { skippingClock, slowClock } from '../helpers/clock.js';
import { originalRow, writeRows } from '../helpers/files.js';
import { piecesOf } from '../helpers/pieces.js';

function open({ isTTY = false } = {}) {
  const stream = Object.assign(new TextSink(isTTY), { columns: 80 });
  const time = { now: 0 };
  const clock = { ...skippingClock(), now: () => time.now };
  const screen = new Screen(stream, clock.now);
  const { signal } = new AbortController();
  const session = openSession(screen, { env: {}, signal, clock, print: () => {} });
  const readAt = (seconds: number, megabytes: number, onRead: ReturnType<typeof showReading>) => {
    time.now = seconds * 1000;
    onRead('data/big.jsonl', megabytes * 1e6, 400e6);
  };
  return { stream, session, readAt };
}

describe('a file that takes long to read', () => {
  it('is a line every few seconds off a terminal, from the first one on', () => {
    const { stream, session, readAt } = open();
    const onRead = showReading(session);
    for (let second = 0; second <= 20; second++) readAt(second, second * 20, onRead);
    expect(stream.text.split('\n')).toEqual([
      expect.stringMatching(/^reading big\.jsonl: 120\/400 MB, .*s left, 20 MB\/s$/),
      expect.stringMatching(/^reading big\.jsonl: 220\/400 MB, /),
      expect.stringMatching(/^reading big\.jsonl: 320\/400 MB, /),
      '',
    ]);
  });

  it('is a bar on a terminal, which is taken away at its end', () => {
    const { stream, session, readAt } = open({ isTTY: true });
    const onRead = showReading(session);
    readAt(0, 0, onRead);
    readAt(0.9, 90, onRead);
    expect(stream.text).toBe('');
    readAt(1, 100, onRead);
    readAt(3, 400, onRead);
    expect(stripVTControlCharacters(stream.text)).toMatch(/reading big\.jsonl \[=* *\] .*\/400 MB/);
    const shown = stream.text.length;
    readAt(4, 0, onRead);
    readAt(4.9, 400, onRead);
    expect(stream.text).toHaveLength(shown);
  });

  it('stands beside the rows where there is a bar of them', () => {
    const { stream, session, readAt } = open();
    const rows = session.startProgress('collect', { total: 9, unit: 'rows' });
    const onRead = showReading(session, () => rows);
    for (let second = 0; second <= 6; second++) readAt(second, second * 20, onRead);
    expect(stream.text).toBe('collect: 0/9 rows, reading big.jsonl: 100/400 MB, 0 rows/s\n');
    readAt(11, 400, onRead);
    expect(stream.text).toContain('collect: 0/9 rows, 0 rows/s\n');
  });
});

describe('a command', () => {
  const rows = Array.from({ length: 16 }, (_, i) =>
    originalRow(i, `${i} ${'x'.repeat(100_000)}`, 'toxic', i % 2 === 0 ? 'toxic' : 'not toxic'),
  );

  it('says that evaluate reads the file and the kept answers', async () => {
    const cwd = scratchFolder();
    writeRows(join(cwd, 'eval.jsonl'), rows);
    writeRows(join(cwd, 'kept.jsonl'), rows);
    const args = ['--eval-file', 'eval.jsonl', '--run', 'kept.jsonl', '--bootstrap', '0'];
    const { code, stderr } = await runCli('evaluate', args, { cwd, clock: slowClock() });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^reading eval\.jsonl: [\d.]+\/1.6 MB, /m);
    expect(stderr).toMatch(/^reading kept\.jsonl: [\d.]+\/1.6 MB, /m);
  });

  it('says nothing more where a line is bad', async () => {
    const cwd = scratchFolder();
    const lines = rows.map((row) => JSON.stringify(row));
    writeFileSync(join(cwd, 'eval.jsonl'), [...lines.slice(0, 12), '{', ...lines].join('\n'));
    const args = ['--eval-file', 'eval.jsonl', '--run', 'eval.jsonl'];
    const { code, stderr } = await runCli('evaluate', args, { cwd, clock: slowClock() });
    expect(code).toBe(2);
    expect(stderr).toMatch(/reading eval\.jsonl: .*\nerror: eval\.jsonl line 13 is not JSON/);
  });

  it('says that collect reads the dataset, what is on record, and an edited dataset again', async () => {
    const cwd = scratchFolder();
    const texts = rows.map(({ input }) => ({ text: input }));
    writeRows(join(cwd, 'texts.jsonl'), texts);
    const args = ['-m', 'wordlist', '--dataset', 'texts.jsonl', '--out', 'out.jsonl'];
    const first = await runCli('collect', args, { cwd, clock: slowClock() });
    expect(first.stderr).toMatch(/^reading texts\.jsonl: [\d.]+\/1.6 MB, /m);
    const { code, stderr } = await runCli('collect', args, { cwd, clock: slowClock() });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^collect: 0\/16 rows, reading out\.jsonl: [\d.]+\/1.6 MB, /m);
    writeRows(join(cwd, 'texts.jsonl'), texts.slice(1));
    const edited = await runCli('collect', args, { cwd, clock: slowClock() });
    expect(edited.stderr).toMatch(/^collect: 0\/15 rows, reading texts\.jsonl: [\d.]+\/1.5 MB, /m);
  });

  it.each([['--dry-run'], ['--batch-export', 'requests']])(
    'says each time that it reads the dataset: collect %s',
    async (...flags) => {
      const cwd = scratchFolder();
      const texts = rows.map(({ input }) => ({ text: input }));
      writeRows(join(cwd, 'texts.jsonl'), texts);
      const args = ['-m', 'openai:m', '--dataset', 'texts.jsonl', '--out', 'out.jsonl', ...flags];
      const env = { OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
      const { code, stderr } = await runCli('collect', args, { cwd, env, clock: slowClock() });
      expect(code).toBe(0);
      const reading = 'reading texts.jsonl';
      expect(piecesOf(stderr)).toEqual([reading, reading]);
    },
  );
});
