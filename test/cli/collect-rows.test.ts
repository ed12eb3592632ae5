import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { makeExamples } from '../helpers/examples.js';
import { isPositive, originalRow, readRows, writeRows } from '../helpers/files.js';
import { startHub } from '../helpers/hub-server.js';
import { refusal, startModelServer } from '../helpers/model-server.js';

const LANGUAGES = ['de', 'en', 'fr'];

/** Rows with ids and languages and no label, every third toxic; some look like formulas. */
const csvOf = (rows: number) =>
  `comment_id,body,lang\n${Array.from({ length: rows }, (_, i) => {
    const text = i % 5 === 0 ? `=text ${i}` : `text ${i}`;
    return `c${i},${text}${i % 3 === 0 ? ' TOXIC' : ''},${LANGUAGES[i % 3]}\n`;
  }).join('')}`;

/** A folder with texts of one's own, and a server that labels them. */
async function setUp({ rows = 60 } = {}) {
  const limits = { answered: Number.POSITIVE_INFINITY };
  const server = await startModelServer(({ text }) => {
    limits.answered -= 1;
    if (limits.answered < 0) return refusal(401, { message: 'no' });
    return isPositive(text) ? 'toxic' : 'not toxic';
  });
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeFileSync(join(cwd, 'texts.csv'), csvOf(rows));
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const run = (command: 'collect' | 'train' | 'evaluate', ...flags: string[]) =>
    runCli(command, flags, { cwd, env });
  const given = ['-m', 'openai:teacher', '--dataset', 'texts.csv', '--text-column', 'body'];
  const collect = (...flags: string[]) => run('collect', ...given, ...flags);
  const at = (path: string) => join(cwd, path);
  return { cwd, env, server, limits, run, collect, at };
}

/** What a summary says under a name. */
const fact = (stderr: string, name: string) => new RegExp(`^${name} +(.*)$`, 'm').exec(stderr)?.[1];

describe('how many rows', () => {
  it('a file means all of them', async () => {
    const { collect, at } = await setUp();
    const { stderr } = await collect();
    expect(fact(stderr, 'labelled')).toBe('60 rows: 20 toxic (33.3%), 40 not toxic');
    expect(readRows(at('outputs/outputs.jsonl')).length).toBe(60);
  });

  it('a part of them is said to be one', async () => {
    const { collect } = await setUp();
    const { stderr } = await collect('--ds-max-size', '6', '--ds-offset', '3');
    expect(fact(stderr, 'labelled')).toBe('6 of 60 rows: 2 toxic (33.3%), 4 not toxic');
    const sampled = await collect('--sample', '10', '--out', 's.jsonl');
    expect(fact(sampled.stderr, 'labelled')).toMatch(/^10 of 60 rows: /);
  });

  it('a dry run counts them all', async () => {
    const { collect } = await setUp();
    const { stdout } = await collect('--dry-run', '--out', 'labels.csv');
    expect(stdout).toContain('rows        60, of which 0 are on disk and 60 to be asked');
    await collect('--ds-max-size', '15', '--out', 'labels.csv');
    const again = await collect('--dry-run', '--out', 'labels.csv');
    expect(again.stdout).toContain('rows        60, of which 15 are on disk and 45 to be asked');
  });

  it('of ToxicChat alone 50, or all', async () => {
    const lines = Array.from({ length: 70 }, (_, i) => `id-${i},text ${i},True,0,0`);
    const csv = ['conv_id,user_input,human_annotation,toxicity,jailbreaking', ...lines].join('\n');
    const hub = await startHub({
      '/datasets/lmsys/toxic-chat/resolve/29df8e4dba60e1f4af4b4075c0705c5b313548a8/data/0124/toxic-chat_annotation_train.csv':
        Buffer.from(csv),
    });
    const cwd = scratchFolder();
    const env = { HF_ENDPOINT: hub.endpoint };
    const collect = (...flags: string[]) => runCli('collect', flags, { cwd, env });
    const { stderr } = await collect();
    expect(fact(stderr, 'labelled')).toMatch(/^50 of 5,082 rows: /);
    const [row] = readRows(join(cwd, 'outputs/outputs.jsonl'));
    expect(row).not.toHaveProperty('columns');
    const all = await collect('--ds-max-size', 'all');
    expect(fact(all.stderr, 'labelled')).toMatch(/^20 of 5,032 rows in this run: /);
  });
});

describe('what is piped in', () => {
  const collect = (cwd: string, stdin: string, ...flags: string[]) =>
    runCli('collect', ['--dataset', '-', ...flags], { cwd, stdin, env: { TMPDIR: cwd } });

  it('is labelled and picked up again as a file is, and nothing else is left', async () => {
    const cwd = scratchFolder();
    const texts = 'one\ntwo\nthree\n';
    const first = await collect(cwd, texts, '--ds-max-size', '2');
    expect(first.stderr).toContain('note: stdin is read as a text a line');
    expect(fact(first.stderr, 'labelled')).toMatch(/^2 of 3 rows: /);
    const second = await collect(cwd, texts);
    expect(fact(second.stderr, 'skipped')).toBe('2 rows that were done before');
    const rows = readRows(join(cwd, 'outputs/outputs.jsonl'));
    expect(rows.map(({ input, dataset }) => [input, dataset])).toEqual([
      ['one', 'stdin'],
      ['two', 'stdin'],
      ['three', 'stdin'],
    ]);
    expect(readdirSync(cwd)).toEqual(['outputs']);
  });

  it('leaves nothing behind where it cannot be labelled', async () => {
    const cwd = scratchFolder();
    for (const [stdin, message] of [
      ['', 'stdin has no rows to label'],
      ['a,b\n1,2\n', 'stdin has none of the columns'],
      ['text\n"open\n', 'stdin is not well-formed CSV'],
    ] as const) {
      const { code, stderr } = await collect(cwd, stdin, '--out', 'o.jsonl');
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    }
    expect(readdirSync(cwd).filter((name) => name.startsWith('toxicity-distill-'))).toEqual([]);
  });
});

describe('columns that come along', () => {
  it('are in each row, in the answers of evaluate, in its slices and its CSV report', async () => {
    const { run, collect, at } = await setUp();
    await collect();
    const rows = readRows(at('outputs/outputs.jsonl'));
    const fourth = rows.find(({ ds_original_idx }) => ds_original_idx === 4);
    expect(fourth).toMatchObject({ input: 'text 4', columns: { comment_id: 'c4', lang: 'en' } });
    const { code, stdout } = await run(
      ...(['evaluate', '-m', 'wordlist', '--true-labels', 'teacher'] as const),
      ...['--slice', 'lang', '--cluster', 'comment_id', '--report', 'r.csv'],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/wordlist, lang: de +20 +20/);
    const [record] = parse(readFileSync(at('r.csv')), { columns: true }) as object[];
    expect(record).toMatchObject({ comment_id: 'c0', lang: 'de', input: "'=text 0 TOXIC" });
    const [answer] = readRows(at('outputs/outputs.embedded-wordlist.jsonl'));
    expect(answer).toMatchObject({ columns: { comment_id: 'c0' } });
    const wrong = await run('evaluate', '--true-labels', 'teacher', '--slice', 'tongue');
    expect(wrong.stderr).toContain('the columns of the file are comment_id, lang, input,');
  });

  it('are in the rows without a label too', async () => {
    const { cwd, env } = await setUp();
    const flags = ['-m', 'openai:teacher', '--dataset', 'one.csv'];
    writeFileSync(join(cwd, 'one.csv'), 'text,id\nhello,7\n');
    const server = await startModelServer(() => 'perhaps');
    onTestFinished(() => server.close());
    await runCli('collect', flags, { cwd, env: { ...env, OPENAI_BASE_URL: server.url } });
    const [row] = readRows(join(cwd, 'outputs/outputs.jsonl.unanswered.jsonl'));
    expect(row).toMatchObject({ outcome: 'unparseable', columns: { id: '7' } });
  });
});

describe('labels as a table', () => {
  it('are written beside the JSONL that a run resumes from', async () => {
    const { collect, at, server } = await setUp({ rows: 12 });
    const { stderr } = await collect('--out', 'labels.csv');
    expect([fact(stderr, 'file'), fact(stderr, 'table')]).toEqual(['labels.jsonl', 'labels.csv']);
    const records: Record<string, string>[] = parse(readFileSync(at('labels.csv')), {
      columns: true,
    });
    expect(records.map(({ comment_id, prediction }) => [comment_id, prediction])).toEqual(
      Array.from({ length: 12 }, (_, i) => [`c${i}`, i % 3 === 0 ? 'toxic' : 'not toxic']),
    );
    // The other format is written from the same labels, and nothing is asked.
    const again = await collect('--out', 'labels.parquet');
    expect(fact(again.stderr, 'table')).toBe('labels.parquet');
    expect(readFileSync(at('labels.parquet')).subarray(0, 4).toString()).toBe('PAR1');
    expect(server.requests.length).toBe(12);
  });

  it('are written when the run is stopped, and whole when it goes on', async () => {
    const { collect, at, limits } = await setUp({ rows: 12 });
    limits.answered = 5;
    const lines = () => readFileSync(at('labels.csv'), 'utf8').split('\r\n').length - 2;
    const stopped = await collect('--out', 'labels.csv', '--concurrency', '1');
    expect([stopped.code, lines()]).toEqual([3, 5]);
    expect(fact(stopped.stderr, 'next')).toContain('run the same command again');
    limits.answered = 100;
    expect((await collect('--out', 'labels.csv')).code).toBe(0);
    expect(lines()).toBe(12);
    expect(readdirSync(at('.')).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it('are never written over a file of yours', async () => {
    const { collect, at, server } = await setUp();
    writeFileSync(at('mine.csv'), 'precious');
    const { code, stderr } = await collect('--out', 'mine.csv');
    expect([code, server.requests.length]).toEqual([2, 0]);
    expect(stderr).toContain('mine.csv is there already');
    expect(readFileSync(at('mine.csv'), 'utf8')).toBe('precious');
    writeRows(at('own.jsonl'), [{ text: 'x' }]);
    const same = await collect('--dataset', 'own.jsonl', '--out', 'own.csv');
    expect(same.stderr).toContain('--out and --dataset are the same file, own.jsonl');
    expect(existsSync(at('own.csv'))).toBe(false);
  });
});

describe('the next step', () => {
  const next = ({ stderr }: { stderr: string }) => fact(stderr, 'next') ?? '';

  it('is to train where no other model is configured', async () => {
    const { collect } = await setUp();
    expect(next(await collect())).toBe(
      'train --train-file outputs/outputs.jsonl --student outputs/student.json',
    );
  });

  it('is to judge a model that is configured and did not label the rows', async () => {
    const { cwd, env, server } = await setUp();
    const given = ['--dataset', 'texts.csv', '--text-column', 'body'];
    const collect = (model: string, more: Record<string, string>, ...flags: string[]) =>
      runCli('collect', [...given, '-m', model, '--out', `${model}.jsonl`, ...flags], {
        cwd,
        env: { ...env, ...more },
      });
    const vllm = { VLLM_BASE_URL: server.url };
    const bySmall = await collect('gpt4', vllm);
    expect(next(bySmall)).toBe(
      'evaluate -m mistral-7b --eval-file gpt4.jsonl --true-labels teacher',
    );
    expect(next(await collect('mistral-7b', vllm))).toMatch(/^evaluate -m mixtral-8x7b /);
    const nowhere = await collect('wordlist', { OCTOAI_BASE_URL: 'not an address' });
    expect(next(nowhere)).not.toContain('mistral');
  });

  it('is to judge by a test split, and by the human labels that it has', async () => {
    const cwd = scratchFolder();
    const flags = ['--dataset', 'sample', '--split', 'test', '--out', 'test.jsonl'];
    expect(next(await runCli('collect', flags, { cwd }))).toBe(
      'evaluate -m wordlist --eval-file test.jsonl',
    );
  });

  it('is to label more where there are too few to train on', async () => {
    const { collect } = await setUp();
    expect(next(await collect('--ds-max-size', '9'))).toBe(
      'label more rows: train needs 5 of each label at least',
    );
  });
});

describe('texts without labels, labelled by a student', () => {
  async function withStudent() {
    const place = await setUp();
    const { run, at } = place;
    const examples = makeExamples(80, { seed: 1 });
    writeRows(
      at('train.jsonl'),
      examples.map(({ input, positive }, i) =>
        originalRow(i, input, positive ? 'toxic' : 'not toxic', null),
      ),
    );
    await run('train', '--train-file', 'train.jsonl', '--student', 'student.json');
    return place;
  }

  it('say how many are positive and how fast, and nothing of agreement', async () => {
    const { run } = await withStudent();
    const given = ['-m', 'student:student.json', '--dataset', 'texts.csv', '--text-column', 'body'];
    const { code, stderr } = await run('collect', ...given, '--out', 'labels.csv');
    expect(code).toBe(0);
    expect(stderr.replaceAll(/[\d.,]+ s, [\d.,]+ rows\/s/g, 'N s, N rows/s')).toMatch(
      new RegExp(
        [
          '^labelled    60 rows: \\d+ toxic \\([\\d.]+%\\), \\d+ not toxic',
          'cost        \\$0: local',
          'time        N s, N rows/s',
          'file        labels\\.jsonl',
          'table       labels\\.csv',
          'next        draw rows for people to check: (evaluate .*)\n$',
        ].join('\n'),
      ),
    );
    const [, command = ''] = /check: evaluate (.*)$/m.exec(stderr) ?? [];
    const checked = await run('evaluate', ...command.split(' '));
    expect(checked.code).toBe(0);
    expect(checked.stderr).toContain('60 rows to label in audit.csv');
  });

  it('or with labels of people are judged by these', async () => {
    const { run, at } = await withStudent();
    writeFileSync(at('own.csv'), `text,label\n${'one,1\ntwo,0\n'.repeat(20)}`);
    const given = ['-m', 'student:student.json', '--dataset', 'own.csv', '--out', 'own.jsonl'];
    const { stderr } = await run('collect', ...given);
    expect(fact(stderr, 'agreement')).toMatch(/^\d+ of 40 with the human labels/);
    const command = fact(stderr, 'next') ?? '';
    expect(command).toBe('evaluate -m student:student.json --eval-file own.jsonl');
    expect((await run('evaluate', ...command.split(' ').slice(1))).code).toBe(0);
  });
});
