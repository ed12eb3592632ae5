import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, onTestFinished } from 'vitest';
import { reportSchema } from '../../src/analysis/report/report.js';
import { runCli, scratchFolder, startCli, unwrapped } from '../helpers/cli.js';
import { isPositive, originalRow, writeRows } from '../helpers/files.js';
import { type Answering, refusal, startModelServer } from '../helpers/model-server.js';

const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const label = i % 3 === 0 ? 'toxic' : 'not toxic';
    return originalRow(i, `text ${i}${i % 3 === 0 ? ' TOXIC' : ''}`, label, label);
  });

const byText: Answering = ({ text }) => (isPositive(text) ? 'toxic' : 'not toxic');

async function setUp({ rows = rowsOf(30) as object[], answering = byText } = {}) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeRows(join(cwd, 'eval.jsonl'), rows);
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const args = (more: string[]) => ['--eval-file', 'eval.jsonl', '--bootstrap', '200', ...more];
  return {
    server,
    cwd,
    env,
    evaluate: (...more: string[]) => runCli('evaluate', args(more), { cwd, env }),
    start: (...more: string[]) => startCli('evaluate', args(more), { cwd, env }),
    kept: join(cwd, 'outputs/eval.openai-small.jsonl'),
  };
}

describe('what is found', () => {
  /** `small` is right everywhere, `poor` calls everything not toxic. */
  const rigged: Answering = (request) =>
    request.body.model === 'poor' ? 'not toxic' : byText(request);

  it('compares models on common rows, and says which differ and which cannot be told apart', async () => {
    const { evaluate } = await setUp({ rows: rowsOf(120), answering: rigged });
    const { stdout } = await evaluate(
      '-m',
      'openai:small',
      '-m',
      'openai:poor',
      '-m',
      'openai:twin',
      '--full',
    );
    expect(stdout).toContain('On the 120 rows that every model answered');
    expect(stdout).toMatch(/small - poor .* different\n/);
    expect(stdout).toMatch(/small - twin .* the same answers\n/);
  });

  it('bounds what the unanswered rows could change, under every policy', async () => {
    const { evaluate } = await setUp({
      answering: (request) => (request.text === 'text 0 TOXIC' ? 'perhaps' : byText(request)),
    });
    const f1 = async (policy: string) => {
      const { stdout } = await evaluate('-m', 'openai:small', '--full', '--on-unanswered', policy);
      expect(stdout).toContain(`unanswered rows: ${policy.replace('-', ' ')}`);
      expect(stdout).toMatch(/F1 if all were answered +\S* *0\.95 to 1\.00/);
      const [, figures] = /toxic F1 +(.*)\n/.exec(stdout) ?? [];
      return figures?.match(/\d\.\d\d(?= \[)/g)?.at(-1);
    };
    expect(await f1('exclude')).toBe('1.00');
    expect(await f1('wrong')).toBe('0.95'); // 9 of 10 found, none too many: 2 * 9 / 19.
    expect(await f1('toxic')).toBe('1.00');
    expect(await f1('not-toxic')).toBe('0.95');
  });

  it('leaves out rows of the file that a contender learned from', async () => {
    const { evaluate, cwd, server } = await setUp();
    writeRows(join(cwd, 'train.jsonl'), [originalRow(7, 'TEXT  1', 'toxic', 'toxic')]);
    const flags = ['-m', 'openai:small', '--train-file', 'train.jsonl'];
    const { stdout } = await evaluate(...flags);
    const note = '1 row is left out, since a contender learned from it (train.jsonl).';
    expect(unwrapped(stdout)).toContain(note);
    expect(stdout).toContain('answered 29 of 29 rows');
    expect(server.requests.map(({ text }) => text)).not.toContain('text 1');
  });

  it('is written as reports of every kind, each from the same figures', async () => {
    const { evaluate, cwd } = await setUp();
    const files = ['r.json', 'r.html', 'r.md', 'r.xml', 'r.csv'];
    const flags = files.flatMap((file) => ['--report', file]);
    expect((await evaluate('-m', 'openai:small', ...flags)).code).toBe(0);
    const read = (file: string) => readFileSync(join(cwd, file), 'utf8');
    const report = reportSchema.parse(JSON.parse(read('r.json')));
    expect(report.models.map(({ name }) => name)).toEqual(['GPT4', 'small']);
    expect(report.models[1]?.figures.positive.f1.value).toBe(1);
    expect(read('r.html')).toContain('Content-Security-Policy');
    expect(read('r.md')).toContain('small');
    expect(read('r.xml')).toContain('<testsuite');
    expect(parse(read('r.csv'), { columns: true }).length).toBe(60);
    expect(readdirSync(cwd).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe('gates', () => {
  const poor: Answering = ({ text, body }) =>
    body.model === 'poor' && text === 'text 0 TOXIC'
      ? 'not toxic'
      : isPositive(text)
        ? 'toxic'
        : 'not toxic';

  it('exit 1 and say which fell short, by how much, on which rows', async () => {
    const { evaluate } = await setUp({ answering: poor });
    const flags = ['-m', 'openai:poor', '--fail-under', 'toxic.f1=0.99'];
    const { code, stdout } = await evaluate(...flags);
    expect(code).toBe(1);
    expect(unwrapped(stdout)).toContain(
      'gate FAILED  poor: toxic.f1 at least 0.99; it is 0.95, short by 0.04; row 0 (the first is 0)',
    );
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect((await evaluate('-m', 'openai:poor', '--fail-under', 'toxic.f1=0.9')).code).toBe(0);
    const bound = await evaluate('-m', 'openai:poor', '--fail-under-bound', 'toxic.f1=0.9');
    expect(bound.code).toBe(1);
  });

  it('hold a model against an earlier report', async () => {
    const { evaluate } = await setUp({ rows: rowsOf(60), answering: poor });
    await evaluate('-m', 'openai:small', '--report', 'main.json');
    const gate = ['--no-worse-than', 'main.json', '--margin', '0.15'];
    expect((await evaluate('-m', 'openai:small', ...gate)).code).toBe(0);
    const strict = await evaluate('-m', 'openai:small', '--no-worse-than', 'main.json');
    expect(strict.code).toBe(1);
    expect(unwrapped(strict.stdout)).toMatch(/about [\d,]+ rows like these could tell/);
    const worse = await evaluate('-m', 'openai:poor', '--no-worse-than', 'main.json');
    expect(worse.code).toBe(1);
    expect(worse.stdout).toContain('gate FAILED  poor');
    const lenient = ['--no-worse-than', 'main.json', '--margin', '0.5'];
    expect((await evaluate('-m', 'openai:poor', ...lenient)).code).toBe(0);
  });

  it('exit 3, not 1, where the evaluation could not run', async () => {
    const { evaluate } = await setUp({ answering: () => refusal(401, { message: 'no' }) });
    const { code } = await evaluate('-m', 'openai:small', '--fail-under', 'toxic.f1=0.9');
    expect(code).toBe(3);
  });
});

describe('held wrong', () => {
  it.each([
    [['--report', 'r.pdf'], 'no report has the ending of r.pdf'],
    [['--report', 'folder.json'], 'folder.json is a folder'],
    [['-m', 'b', '--base-url', 'http://127.0.0.1:9'], 'one model of a server, and there are 2'],
    [['--open'], '--open shows an HTML report'],
    [['--fail-under', 'toxic.f2=0.7'], 'toxic.f1'],
    [['--fail-under', 'toxic.f1'], 'toxic.f1=0.70'],
    [['--no-worse-than', 'none.json'], 'cannot read none.json'],
    [['--threshold', '0.5', '--threshold-from', 'x.jsonl'], 'exclude each other'],
    [['--threshold-from', 'eval.jsonl'], '30 rows of eval.jsonl are also among those to be judged'],
    [['--confidence', '2'], 'It must be a number between 0 and 1'],
    [['--bootstrap', '5'], 'It must be a whole number from 100 up'],
    [['--run', 'none.jsonl'], 'there is no file of predictions none.jsonl'],
    [['-m', 'openai:small'], 'is named twice'],
    [['--slice', 'nowhere'], 'nowhere'],
  ])('%j: %s', async (flags, message) => {
    const { evaluate, server, cwd } = await setUp();
    mkdirSync(join(cwd, 'folder.json'));
    const { code, stdout, stderr } = await evaluate('-m', 'openai:small', ...flags);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(server.requests).toEqual([]);
    expect(existsSync(join(cwd, 'r.pdf'))).toBe(false);
  });
});
