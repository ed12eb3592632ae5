import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { classificationReport } from '../../src/index.js';
import { runCli, scratchFolder, unwrapped } from '../helpers/cli.js';
import { isPositive, originalRow, writeRows } from '../helpers/files.js';
import { type Answering, refusal, startModelServer } from '../helpers/model-server.js';

/** Rows of a teacher that errs on every fifth, in a file without a newline at its end. */
function originalRows(count: number) {
  return Array.from({ length: count }, (_, i) => {
    const trueLabel = i % 3 === 0 ? 'toxic' : 'not toxic';
    const prediction = i % 5 === 0 ? 'toxic' : trueLabel;
    return originalRow(i, `text ${i}${i % 2 === 0 ? ' TOXIC' : ''}`, prediction, trueLabel);
  });
}

async function setUp({
  rows = originalRows(30) as object[],
  answering = (({ text }) => (isPositive(text) ? 'toxic' : 'not toxic')) as Answering,
} = {}) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  const file = join(cwd, 'eval.jsonl');
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const evaluate = (...args: string[]) =>
    runCli('evaluate', ['-m', 'openai:small', '--eval-file', file, ...args], { cwd, env });
  return { server, cwd, file, env, evaluate };
}

const column = (rows: object[], key: string) =>
  rows.map((row) => (row as Record<string, string>)[key] ?? '');

describe('evaluate', () => {
  it("prints both tables of scikit-learn's report for a file of the original", async () => {
    const { evaluate, file } = await setUp();
    const { code, stdout } = await evaluate();
    const rows = originalRows(30);
    const truth = column(rows, 'true_label');
    const teacher = classificationReport(truth, column(rows, 'prediction'));
    const contender = classificationReport(
      truth,
      rows.map(({ input }) => (isPositive(input) ? 'toxic' : 'not toxic')),
    );
    expect(code).toBe(0);
    const tables = stdout.slice(0, stdout.indexOf('\n  95% intervals'));
    expect(tables).toBe(
      `GPT4 scores:\n${teacher}answered 30 of 30 rows\n\nContender model (small) scores:\n${contender}answered 30 of 30 rows\n`,
    );
    expect(readFileSync(file, 'utf8').endsWith('\n')).toBe(false);
  });

  it('names the teacher that the file names', async () => {
    const rows = originalRows(6).map((row) => ({ ...row, model: 'gpt-4.1', provider: 'openai' }));
    const { evaluate } = await setUp({ rows });
    expect((await evaluate()).stdout).toMatch(/^gpt-4\.1 scores:\n/);
  });

  it("takes the teacher's labels as the truth with --true-labels gpt", async () => {
    const { evaluate } = await setUp();
    const { stdout } = await evaluate('--true-labels', 'gpt');
    const rows = originalRows(30);
    expect(stdout).toContain('GPT4 scores: none, since its labels are the truth');
    expect(stdout).toContain(
      classificationReport(
        column(rows, 'prediction'),
        rows.map(({ input }) => (isPositive(input) ? 'toxic' : 'not toxic')),
      ),
    );
  });

  it('counts the rows that got no answer, and leaves them out of the table', async () => {
    const { evaluate } = await setUp({
      answering: ({ text }) => {
        if (text === 'text 1') return 'I am sorry, I cannot do that.';
        if (text === 'text 3') return 'The text is not toxic';
        if (text === 'text 5')
          return refusal(500, { message: 'broken' }, { 'retry-after-ms': '1' });
        return 'not toxic';
      },
    });
    const { code, stdout, stderr } = await evaluate();
    expect(code).toBe(3);
    expect(stderr).toContain('1 row failed on the way\n  to ask again, run the same command again');
    expect(stdout).toContain(
      'answered 27 of 30 rows; unanswered: 1 refused, 1 unparseable, 1 failed',
    );
    const contender = stdout.split('Contender')[1];
    expect(contender).toMatch(/accuracy .* 27\n/);
  });

  it("counts the rows that the teacher's run left unanswered", async () => {
    const { evaluate, file } = await setUp();
    const row = { ...originalRow(90, 'x', 'toxic', 'toxic'), outcome: 'refused', raw: 'no' };
    const source = { model: 'm', provider: 'p', prompt: 'q', dataset: 'd', split: null };
    const unanswered = { ...row, prediction: undefined, ...source, usage: null, latency_ms: 1 };
    const labelledLater = { ...unanswered, ds_original_idx: 0, input: 'text 0 TOXIC' };
    const otherText = { ...unanswered, ds_original_idx: 0, input: 'not text 0' };
    writeRows(`${file}.unanswered.jsonl`, [unanswered, labelledLater, otherText]);
    const { stdout } = await evaluate();
    expect(stdout).toContain('answered 30 of 32 rows; unanswered: 2 refused\n\nContender');
  });

  it('shows what was answered when the run had to stop, and exits 3', async () => {
    const { evaluate } = await setUp({
      answering: ({ text }) =>
        text === 'text 7'
          ? refusal(429, { message: 'no credit', code: 'insufficient_quota' })
          : 'not toxic',
    });
    const gate = ['--fail-under', 'accuracy=0.1'];
    const { code, stdout, stderr } = await evaluate('--concurrency', '1', ...gate);
    expect(code).toBe(3);
    expect(stdout).toContain('answered 7 of 30 rows; not asked: 23');
    expect(stdout).toContain('small: 23 rows were not asked: the run ended early.');
    expect(unwrapped(stdout)).toContain('a gate needs every row, and 23 of 30 were not asked');
    expect(stderr).toContain('openai has stopped the account');
  });

  it('exits 3 with no table when not one row was answered', async () => {
    const { evaluate } = await setUp({ answering: () => 'perhaps' });
    const { code, stderr } = await evaluate();
    expect(code).toBe(3);
    expect(stderr).toContain('not one row was answered');
  });

  it('says that rows are repeated, as they are in the files of the original', async () => {
    const { evaluate } = await setUp({ rows: [...originalRows(10), ...originalRows(5)] });
    const { stdout } = await evaluate();
    expect(stdout).toContain('5 rows repeat the text of an earlier row and are counted again');
    expect(stdout).toContain('answered 15 of 15 rows');
  });

  it('leaves out rows without a human label, and says so', async () => {
    const rows = [...originalRows(4), originalRow(4, 'x', 'toxic', null)];
    const { evaluate } = await setUp({ rows });
    const { stdout } = await evaluate();
    expect(stdout).toContain('answered 5 of 5 rows; 1 excluded: no human label');
  });

  it('prints each answer with its row, escaped, with -v', async () => {
    const rows = [originalRow(3, 'a \u001b[2J b', 'toxic', 'toxic')];
    const { evaluate } = await setUp({ rows, answering: () => 'not toxic' });
    const { stderr } = await evaluate('-v');
    expect(stderr).toContain('row 3: not toxic (human: toxic) | a \\x1b[2J b');
  });

  it.each([
    ['openpipe:judge-prune', [], false],
    ['openpipe:judge-noprune', [], true],
    ['openpipe:judge', [], true],
    ['openpipe:judge', ['--no-system-prompt'], false],
  ])('%s %j sends a system prompt: %s', async (name, flags, expected) => {
    const { server, cwd, file } = await setUp();
    const env = { OPENPIPE_BASE_URL: server.url };
    const { stdout } = await runCli('evaluate', ['-m', name, '--eval-file', file, ...flags], {
      cwd,
      env,
    });
    expect(stdout).toContain(`Contender model (${name}) scores`);
    const [request] = server.requests;
    expect(request?.body.model).toBe(name);
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.body.messages.some(({ role }) => role === 'system')).toBe(expected);
  });

  it('lets no name in the file draw on the terminal', async () => {
    const rows = originalRows(4).map((row) => ({ ...row, model: 'evil\u001b[31m\nFake' }));
    const { evaluate } = await setUp({ rows });
    expect((await evaluate()).stdout).toMatch(/^evil\\x1b\[31m\\nFake scores:\n/);
  });

  it('needs no key for the embedded model', async () => {
    const { cwd, file } = await setUp();
    const { code, stdout } = await runCli('evaluate', ['--eval-file', file], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('Contender model (wordlist) scores');
  });
});

describe('evaluate, held wrong', () => {
  it('names the JSONL files that are there when the file is not', async () => {
    const { cwd } = await setUp();
    mkdirSync(join(cwd, 'outputs'));
    writeFileSync(join(cwd, 'outputs', 'labels.jsonl'), '');
    writeFileSync(join(cwd, 'outputs', 'labels.jsonl.unanswered.jsonl'), '');
    const of = async (file: string) =>
      (await runCli('evaluate', ['--eval-file', file], { cwd })).stderr;
    expect(await of('evl.jsonl')).toBe(
      'error: there is no file evl.jsonl\n  did you mean eval.jsonl?\n',
    );
    expect(await of('something-else.jsonl')).toContain(
      'the JSONL files here are eval.jsonl, outputs/labels.jsonl\n',
    );
  });

  it.each([
    ['not JSON', '{"input": "x"', 'eval.jsonl line 2 is not JSON: "{\\"input\\": \\"x\\""'],
    [
      'of a wrong label',
      JSON.stringify({ ...originalRow(1, 'x', 'Toxic', 'toxic') }),
      'line 2: "prediction" is "Toxic"',
    ],
    [
      'without its text',
      JSON.stringify({ ...originalRow(1, 'x', 'toxic', 'toxic'), input: undefined }),
      'line 2: "input" is missing',
    ],
  ])('names a line that is %s before anything is sent', async (_, line, message) => {
    const { evaluate, file, server } = await setUp();
    writeFileSync(file, `${JSON.stringify(originalRow(0, 'x', 'toxic', 'toxic'))}\n${line}\n`);
    const { code, stdout, stderr } = await evaluate();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(server.requests).toEqual([]);
  });

  it('refuses a file with no rows, and one with no human label', async () => {
    const { evaluate, file } = await setUp({ rows: [originalRow(0, 'x', 'toxic', null)] });
    const unlabelled = await evaluate();
    expect(unlabelled.code).toBe(2);
    expect(unlabelled.stderr).toContain('--true-labels teacher');
    writeFileSync(file, '\n');
    const empty = await evaluate();
    expect(empty.code).toBe(2);
    expect(empty.stderr).toContain('holds no rows');
  });

  it.each([
    [['--true-labels', 'mine'], 'It must be human or teacher.'],
    [['--eval-fil', 'x'], "unknown option '--eval-fil'"],
    [['-m', 'opnai:x'], 'did you mean openai:x'],
  ])('%j: %s', async (args, message) => {
    const { evaluate } = await setUp();
    const { code, stderr } = await evaluate(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
