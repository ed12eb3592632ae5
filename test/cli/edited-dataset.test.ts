import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { readRows } from '../helpers/files.js';
import { startModelServer } from '../helpers/model-server.js';

const TEXTS = Array.from({ length: 20 }, (_, i) => `text ${i}`);

/** A labelled file of twenty texts, and what comes of an edit of it. */
async function setUp(texts: readonly string[] = TEXTS) {
  const server = await startModelServer(({ text }) =>
    text.startsWith('odd') ? 'I am sorry, I cannot do that.' : 'not toxic',
  );
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const write = (lines: readonly string[]) =>
    writeFileSync(join(cwd, 'texts.csv'), ['text', ...lines, ''].join('\n'));
  const collect = async (...flags: string[]) => {
    const given = ['-m', 'openai:teacher', '--dataset', 'texts.csv', '--out', 'l.jsonl'];
    const run = await runCli('collect', [...given, ...flags], { cwd, env });
    return { ...run, asked: server.requests.splice(0).map(({ text }) => text) };
  };
  write(texts);
  await collect();
  const rows = () => readRows(join(cwd, 'l.jsonl'));
  return { cwd, write, collect, rows };
}

describe('a dataset file that was edited since it was labelled', () => {
  it('is asked only for what is new, wherever the other rows stand now', async () => {
    const { write, collect, rows } = await setUp();
    write(['new', ...TEXTS.slice(0, 5), ...TEXTS.slice(6, 19), 'changed']);
    const plan = await collect('--dry-run');
    expect(plan.stdout).toContain('rows        20, of which 18 are on disk and 2 to be asked');
    const { code, stderr, asked } = await collect();
    expect(code).toBe(0);
    expect(asked.sort()).toEqual(['changed', 'new']);
    expect(stderr).toContain(
      'note: texts.csv was edited: 5 rows moved: what is on record counts; 2 rows of l.jsonl taken out or changed [dataset-edited]',
    );
    expect(rows()).toHaveLength(22);
    const again = await collect();
    expect([again.code, again.asked]).toEqual([0, []]);
    expect(again.stderr).toMatch(/skipped +20 rows that were done before/);
    const few = await collect('--ds-offset', '18', '--ds-max-size', '7');
    expect(few.stderr).toMatch(/skipped +2 rows that were done before/);
  });

  it('asks a text as often as it stands there, with those on record counted', async () => {
    const { write, collect } = await setUp(['a', 'b', 'b', 'c', 'd']);
    write(['b', 'a', 'b', 'b', 'c', 'd']);
    expect((await collect()).asked).toEqual(['b']);
  });

  it('asks again neither those that got no label', async () => {
    const { write, collect } = await setUp(['odd one', ...TEXTS]);
    write(['first', 'odd one', ...TEXTS]);
    expect((await collect()).asked).toEqual(['first']);
    expect((await collect('--retry-unanswered')).asked).toEqual(['odd one']);
  });

  it('says nothing where rows were added at its end', async () => {
    const { write, collect } = await setUp();
    write([...TEXTS, 'more']);
    const { stderr, asked } = await collect();
    expect(asked).toEqual(['more']);
    expect(stderr).not.toContain('edited');
  });

  it('is another one where most of its rows are gone, and is refused before anything is asked', async () => {
    const { cwd, write, collect } = await setUp();
    const before = readFileSync(join(cwd, 'l.jsonl'), 'utf8');
    write([...TEXTS.slice(0, 8), ...TEXTS.slice(8).map((text) => `other ${text}`)]);
    for (const flags of [[], ['--dry-run']]) {
      const { code, stderr, asked } = await collect(...flags);
      expect([code, asked]).toEqual([2, []]);
      expect(stderr).toContain(
        'error: 12 of the 20 rows in l.jsonl are not in texts.csv any more\n  write to another file with --out',
      );
    }
    expect(readFileSync(join(cwd, 'l.jsonl'), 'utf8')).toBe(before);
    const fresh = await collect('--fresh');
    expect([fresh.code, fresh.asked.length]).toEqual([0, 20]);
  });
});
