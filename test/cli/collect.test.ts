import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder, startCli } from '../helpers/cli.js';
import { isPositive, readRows, writeCsv } from '../helpers/files.js';
import { gate, until } from '../helpers/gate.js';
import { startHub } from '../helpers/hub-server.js';
import { type Answering, completion, refusal, startModelServer } from '../helpers/model-server.js';

const byText: Answering = ({ text }) => (isPositive(text) ? 'toxic' : 'not toxic');

/** Answers so many requests by their text, and holds the others until it is opened. */
function holdAfter(count: number) {
  const { opened, open } = gate();
  let asked = 0;
  const answering: Answering = async (request) => {
    asked += 1;
    if (asked > count) await opened;
    return byText(request);
  };
  return { answering, open };
}

/** A folder with a dataset of so many rows, every third toxic, and a model server. */
async function setUp({
  rows = 12,
  answering = byText,
}: {
  rows?: number;
  answering?: Answering;
} = {}) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  const texts = Array.from({ length: rows }, (_, i) => `text ${i}${i % 3 === 0 ? ' TOXIC' : ''}`);
  writeCsv(join(cwd, 'data.csv'), texts);
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const given = ['--dataset', 'data.csv', '-m', 'openai:teacher'];
  const collect = (...args: string[]) => runCli('collect', [...given, ...args], { cwd, env });
  /** In a process of its own. */
  const start = (...args: string[]) => startCli('collect', [...given, ...args], { cwd, env });
  const out = join(cwd, 'outputs/outputs.jsonl');
  return { server, cwd, env, texts, collect, start, out, rows: () => readRows(out) };
}

const indicesOf = (rows: Record<string, unknown>[]) =>
  rows.map(({ ds_original_idx }) => ds_original_idx as number).sort((a, b) => a - b);

describe('collect', () => {
  it('writes the seven keys first, then where the label came from', async () => {
    const { collect, rows, server } = await setUp();
    const { code, stdout, stderr } = await collect('--ds-offset', '3', '--ds-max-size', '2');
    expect([code, stdout]).toEqual([0, '']);
    const row = rows().find(({ ds_original_idx }) => ds_original_idx === 3);
    expect(row).toEqual({
      input: 'text 3 TOXIC',
      prediction: 'toxic',
      origin: 'user',
      human_check: true,
      true_label: 'toxic',
      is_jailbreaking: 0,
      ds_original_idx: 3,
      columns: { conv_id: 'id-3' },
      model: 'teacher',
      provider: 'openai',
      prompt: expect.stringMatching(/^moderator@[0-9a-f]{12}$/),
      dataset: 'data.csv',
      split: null,
      usage: { prompt_tokens: 100, completion_tokens: 3 },
      cost_usd: null,
      latency_ms: expect.any(Number),
    });
    expect(Object.keys(row ?? {}).slice(0, 7)).toEqual([
      'input',
      'prediction',
      'origin',
      'human_check',
      'true_label',
      'is_jailbreaking',
      'ds_original_idx',
    ]);
    expect(indicesOf(rows())).toEqual([3, 4]);
    expect(server.requests[0]?.path).toBe('/v1/chat/completions');
    expect(server.requests[0]?.headers.authorization).toBe('Bearer sk-test-0123456789abcdef');
    expect(stderr).toContain('labelled    2 of 12 rows: 1 toxic (50%), 1 not toxic');
    expect(stderr).toContain('agreement   2 of 2 with the human labels (100%)');
    expect(stderr).toContain('tokens      200 in, 6 out');
    expect(stderr).toContain('file        outputs/outputs.jsonl');
    expect(stderr).toContain('next        label more rows: train needs 5 of each label at least');
  });

  it('asks only for what is missing when it is run again', async () => {
    const { collect, rows, server } = await setUp();
    await collect('--ds-max-size', '5');
    const { code, stderr } = await collect('--ds-max-size', '12');
    expect(code).toBe(0);
    expect(server.requests.length).toBe(12);
    expect(indicesOf(rows())).toEqual([...Array(12).keys()]);
    expect(stderr).toContain(
      'labelled    7 rows in this run: 2 toxic (28.6%), 5 not toxic\n' +
        'skipped     5 rows that were done before\n',
    );
    expect(stderr).toContain('in all      the file now has 12 rows: 4 toxic, 8 not toxic\n');
  });

  it('keeps the rows of a smaller sample when the sample grows', async () => {
    const { collect, rows, server } = await setUp({ rows: 40 });
    await collect('--sample', '10', '--seed', '4');
    const small = indicesOf(rows());
    await collect('--sample', '20', '--seed', '4');
    expect(small.length).toBe(10);
    expect(indicesOf(rows())).toEqual(expect.arrayContaining(small));
    expect(server.requests.length).toBe(20);
    // The share that was drawn when a row was asked; a reader takes the largest for all.
    const fractions = rows().map(({ sample_fraction }) => sample_fraction);
    expect(fractions.toSorted()).toEqual([...Array(10).fill(0.25), ...Array(10).fill(0.5)]);
  });

  it('sends no more requests at a time than it may', async () => {
    const { opened, open } = gate();
    let inFlight = 0;
    let most = 0;
    const { collect } = await setUp({
      rows: 60,
      answering: async (request) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        if (inFlight === 3) open();
        await opened;
        await pause(5); // A chance for a fourth, if one is on its way.
        inFlight -= 1;
        return byText(request);
      },
    });
    await collect('--ds-max-size', '60', '--concurrency', '3');
    expect(most).toBe(3);
  });

  it('goes on after kill -9 without asking an answered row again', async () => {
    const { answering, open } = holdAfter(60);
    const { server, out, collect, start, rows } = await setUp({ rows: 200, answering });
    const { child, finished } = start('--ds-max-size', '200');
    await until(() => existsSync(out) && readFileSync(out, 'utf8').split('\n').length >= 50);
    child.kill('SIGKILL');
    expect((await finished).code).toBe(null);
    open();
    truncateSync(out, readFileSync(out).length - 20); // As if the last write had been cut.
    const saved = new Set(
      readFileSync(out, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { input: string }).input),
    );
    const before = server.requests.length;

    const { code, stderr } = await collect('--ds-max-size', '200');
    expect(code).toBe(0);
    expect(stderr).toContain('dropped a half-written last line');
    expect(indicesOf(rows())).toEqual([...Array(200).keys()]);
    const askedAgain = server.requests.slice(before).filter(({ text }) => saved.has(text));
    expect(askedAgain).toEqual([]);
  });

  it('on Ctrl-C writes what is in flight and says how to go on', async () => {
    const { answering, open } = holdAfter(30);
    const { out, server, start } = await setUp({ rows: 200, answering });
    const { child, finished } = start('--ds-max-size', '200');
    await server.received(31);
    child.stderr?.once('data', open); // It has said that it stops.
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toContain('stopping: finishing what is in flight');
    expect(stderr).toContain('run the same command again to go on');
    expect(readRows(out).length).toBe(server.requests.length);
    expect(readRows(out).length).toBeLessThan(200);
  });

  it('leaves at once on a second Ctrl-C', async () => {
    const { answering } = holdAfter(5);
    const { out, server, start } = await setUp({ answering });
    const { child, finished } = start();
    await server.received(6);
    child.stderr?.once('data', () => child.kill('SIGINT'));
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toBe('stopping: finishing what is in flight; Ctrl-C again leaves at once\n');
    expect(readRows(out).length).toBeLessThanOrEqual(5);
  });

  it('is refused while another run writes the same file, and goes on after its death', async () => {
    const { answering, open } = holdAfter(2);
    const { server, cwd, collect, start, rows } = await setUp({ rows: 30, answering });
    const { child, finished } = start('--concurrency', '1');
    await server.received(3);
    const second = await collect();
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`process ${child.pid} is writing outputs/outputs.jsonl`);
    child.kill('SIGKILL');
    await finished;
    open();
    expect((await collect()).code).toBe(0);
    expect(indicesOf(rows())).toEqual([...Array(30).keys()]);
    expect(readdirSync(join(cwd, 'outputs'))).toEqual(['outputs.jsonl']);
  });

  it('tells apart the ways a row goes unanswered, and keeps them beside the file', async () => {
    const replies: Record<string, unknown> = {
      'text 1': completion("I'm sorry, but I can't help with that, since", {
        finish_reason: 'length',
      }),
      'text 2': completion('', { finish_reason: 'content_filter' }),
      'text 4': completion('The text is', { finish_reason: 'length' }),
      'text 5': completion('The text is not toxic'),
      'text 7': completion(null, { refusal: 'no' }),
    };
    const { collect, rows, out, server } = await setUp({
      answering: ({ text }) => {
        if (text === 'text 8') {
          return refusal(400, { message: 'The prompt was filtered', code: 'content_filter' });
        }
        if (text === 'text 10') return refusal(400, { message: 'context length exceeded' });
        const json = replies[text];
        return json ? { json } : isPositive(text) ? 'toxic' : 'not toxic';
      },
    });
    const { code, stderr } = await collect('--concurrency', '1');
    expect(code).toBe(0);
    expect(rows().length).toBe(5);
    const unanswered = readRows(`${out}.unanswered.jsonl`);
    const byInput = Object.fromEntries(unanswered.map((row) => [String(row.input), row]));
    expect(
      Object.entries(byInput)
        .map(([input, row]) => [input, row.outcome])
        .sort(),
    ).toEqual([
      ['text 1', 'refused'],
      ['text 10', 'failed'],
      ['text 2', 'filtered'],
      ['text 4', 'truncated'],
      ['text 5', 'unparseable'],
      ['text 7', 'refused'],
      ['text 8', 'filtered'],
    ]);
    expect(byInput['text 5']).toMatchObject({
      raw: 'The text is not toxic',
      ds_original_idx: 5,
      model: 'teacher',
    });
    expect(byInput['text 10']).toMatchObject({
      error: 'HTTP 400: context length exceeded',
      retryable: false,
    });
    expect(stderr).toContain(
      'unanswered  2 refused, 2 filtered, 1 truncated, 1 unparseable, 1 failed',
    );

    const asked = server.requests.length;
    const again = await collect();
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain('skipped     12 rows');
    expect(again.stderr).toContain(
      'in all      the file now has 5 rows: 4 toxic, 1 not toxic\n' +
        '            and 7 rows without a label; --retry-unanswered asks again\n',
    );
    expect(server.requests.length).toBe(asked);
    const retried = await collect('--retry-unanswered');
    expect(server.requests.length).toBe(asked + 7);
    expect(retried.code).toBe(3);
    expect(retried.stderr).toContain('and 7 rows without a label');
    expect(retried.stderr).toContain(
      'error: none of the 7 rows that were asked got a label\n  read them in outputs/outputs.jsonl.unanswered.jsonl',
    );
  });

  it('asks again, in the next run, what failed on the way', async () => {
    let isDown = true;
    const { collect, rows, out, server } = await setUp({
      answering: (request) =>
        isDown && request.text === 'text 1'
          ? refusal(503, { message: 'down' }, { 'retry-after-ms': '1' })
          : byText(request),
    });
    const { code, stderr } = await collect();
    expect(code).toBe(3);
    expect(stderr).toContain(
      'error: 1 row failed on the way\n  run the same command again: it asks for what is missing\n',
    );
    expect(server.requests.filter(({ text }) => text === 'text 1').length).toBe(7);
    const [failed] = readRows(`${out}.unanswered.jsonl`);
    expect(failed).toMatchObject({ outcome: 'failed', retryable: true });
    isDown = false;
    expect((await collect()).code).toBe(0);
    expect(indicesOf(rows())).toEqual([...Array(12).keys()]);
  });

  it('retries what may pass, waiting as the server asks', async () => {
    const { collect, rows } = await setUp({
      answering: (request) => {
        if (request.attempt === 1) {
          return refusal(429, { message: 'slow down' }, { 'retry-after-ms': '1' });
        }
        if (request.attempt === 2) return { raw: (response) => response.destroy() };
        if (request.attempt === 3)
          return { headers: { 'content-type': 'text/html' }, json: 'oops' };
        return byText(request);
      },
    });
    expect((await collect('--ds-max-size', '3')).code).toBe(0);
    expect(rows().length).toBe(3);
  });

  it.each([
    [
      401,
      { message: 'Incorrect API key provided: sk-test-0123456789abcdef' },
      'openai refuses the key',
    ],
    [403, { message: 'not allowed' }, 'openai refuses the key'],
    [404, { message: 'no such model', code: 'model_not_found' }, 'openai has no model "teacher"'],
    [429, { message: 'quota', code: 'insufficient_quota' }, 'openai has stopped the account'],
  ])('stops the run at once on %i, keeping what is saved', async (status, error, message) => {
    const { collect, rows, server } = await setUp({
      answering: (request) =>
        request.text === 'text 5' ? refusal(status, error) : byText(request),
    });
    const { code, stderr } = await collect('--concurrency', '1');
    expect(code).toBe(3);
    expect(stderr).toContain(message);
    expect(stderr).toContain('labelled    5 of 12 rows');
    expect(stderr).toContain('stopped early, 7 rows left; run the same command again to go on');
    expect(stderr).not.toContain('sk-test');
    expect(indicesOf(rows())).toEqual([0, 1, 2, 3, 4]);
    expect(server.requests.length).toBe(6);
  });

  it('reads a reply that is compressed, or comes in parts', async () => {
    const json = (content: unknown) => JSON.stringify(completion(content as string));
    const { collect, rows } = await setUp({
      answering: ({ text }) => ({
        raw: (response) => {
          const headers = { 'content-type': 'application/json' };
          if (text === 'text 1') {
            response.writeHead(200, { ...headers, 'content-encoding': 'gzip' });
            response.end(gzipSync(json('not toxic')));
          } else response.writeHead(200, headers).end(json([{ type: 'text', text: 'toxic' }]));
        },
      }),
    });
    expect((await collect('--ds-max-size', '2')).code).toBe(0);
    const labels = rows().map(({ input, prediction }) => [input, prediction]);
    expect(labels.sort()).toEqual([
      ['text 0 TOXIC', 'toxic'],
      ['text 1', 'not toxic'],
    ]);
  });

  it('stops at an address that sends it elsewhere', async () => {
    const { collect, server } = await setUp({
      answering: () => ({ status: 308, headers: { location: 'https://elsewhere/' }, json: {} }),
    });
    const { code, stderr } = await collect('--concurrency', '1');
    expect(code).toBe(3);
    expect(stderr).toContain(`${server.url} redirects the requests`);
    expect(server.requests.length).toBe(1);
  });

  it('stops when a server refuses every row, instead of burning them all', async () => {
    const { collect, server } = await setUp({
      rows: 200,
      answering: () => refusal(400, { message: 'bad request' }),
    });
    const { code, stderr } = await collect('--ds-max-size', '200', '--concurrency', '2');
    expect(code).toBe(3);
    expect(stderr).toContain('25 rows in a row failed, the last with: HTTP 400: bad request');
    expect(server.requests.length).toBeLessThan(30);
  });

  it('stops when a server asks to wait for hours', async () => {
    const { collect, server } = await setUp({
      answering: () => refusal(429, { message: 'later' }, { 'retry-after': '86400' }),
    });
    const { code, stderr } = await collect('--concurrency', '1');
    expect(code).toBe(3);
    expect(stderr).toContain('it asks to wait 1440 minutes');
    expect(server.requests.length).toBe(1);
  });

  it('does not take a missing moderation model for a content filter', async () => {
    const { collect } = await setUp({
      answering: () => refusal(404, { message: 'The model `omni-moderation` does not exist' }),
    });
    const { code, stderr } = await collect();
    expect(code).toBe(3);
    expect(stderr).toContain('openai has no model');
  });

  it('goes on when nobody reads stderr any more', async () => {
    const { rows, server, start } = await setUp({ rows: 60 });
    const { child, finished } = start('--ds-max-size', '60', '-v');
    child.stderr?.destroy();
    expect((await finished).code).toBe(0);
    expect(rows().length).toBe(60);
    expect(server.requests.length).toBe(60);
  });

  it('sends nothing when a row far down is broken', async () => {
    const { collect, cwd, server } = await setUp();
    const lines = Array.from({ length: 40 }, (_, i) => (i === 39 ? '"open' : `text ${i}`));
    writeFileSync(join(cwd, 'late.csv'), ['text', ...lines, ''].join('\n'));
    const { code, stderr } = await collect('--dataset', 'late.csv');
    expect(code).toBe(2);
    expect(stderr).toContain('late.csv is not well-formed CSV: Quote Not Closed');
    expect(server.requests).toEqual([]);
  });

  it('exits 3, not 2, when bad input comes up after rows were sent', async () => {
    const shard = (texts: (string | null)[]) =>
      Buffer.from(
        parquetWriteBuffer({ columnData: [{ name: 'text', data: texts, type: 'STRING' }] }),
      );
    const folder = '/datasets/some/set/resolve/refs%2Fconvert%2Fparquet/default/train';
    const hub = await startHub({
      [`${folder}/0000.parquet`]: shard(Array.from({ length: 40 }, (_, i) => `text ${i}`)),
      [`${folder}/0001.parquet`]: shard(['text 40', null]),
    });
    const { cwd, env, rows } = await setUp();
    const flags = ['--dataset', 'hf:some/set', '-m', 'openai:teacher', '--concurrency', '1'];
    const { code, stderr } = await runCli('collect', flags, {
      cwd,
      env: { ...env, HF_ENDPOINT: hub.endpoint },
    });
    expect(code).toBe(3);
    expect(stderr).toContain('hf:some/set row 41: "text" is null, not a text');
    expect(rows().length).toBeGreaterThan(0);
  });

  it('refuses to go on with another text column', async () => {
    const { collect, cwd } = await setUp();
    writeFileSync(join(cwd, 'two.csv'), 'text,other,label\na,b,0\n');
    await collect('--dataset', 'two.csv', '--text-column', 'text');
    const { code, stderr } = await collect('--dataset', 'two.csv', '--text-column', 'other');
    expect(code).toBe(2);
    expect(stderr).toContain('made with dataset two.csv#text, this run has dataset two.csv#other');
  });

  it('says so when not one row was labelled, and exits 3', async () => {
    const { collect } = await setUp({ answering: () => 'perhaps' });
    const { code, stderr } = await collect();
    expect(code).toBe(3);
    expect(stderr).toContain('not one row was labelled');
  });

  it('stops when no server is there', async () => {
    const { collect, server } = await setUp();
    await server.close();
    const { code, stderr } = await collect();
    expect(code).toBe(3);
    expect(stderr).toContain(`cannot reach ${server.url}: connect ECONNREFUSED`);
  });

  it.each([
    ['model', ['-m', 'openai:other'], 'was made with model teacher, this run has model other'],
    [
      'dataset',
      ['--dataset', 'copy.csv'],
      'was made with dataset data.csv, this run has dataset copy.csv',
    ],
  ])('refuses a file made with another %s', async (_, args, message) => {
    const { collect, cwd, rows } = await setUp();
    await collect();
    writeCsv(join(cwd, 'copy.csv'), ['x']);
    const { code, stderr } = await collect(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('--fresh');
    expect(stderr).toContain('--fresh');
    expect(rows().length).toBe(12);
  });

  it('starts anew with --fresh, and keeps what was there', async () => {
    const { collect, cwd, rows } = await setUp();
    await collect('--ds-max-size', '4');
    const { stderr } = await collect('--ds-max-size', '2', '--fresh', '-m', 'openai:other');
    expect(stderr).toContain('kept what was there as outputs/outputs.jsonl.old-1');
    expect(rows().map(({ model }) => model)).toEqual(['other', 'other']);
    expect(readdirSync(join(cwd, 'outputs')).sort()).toEqual([
      'outputs.jsonl',
      'outputs.jsonl.old-1',
    ]);
  });

  it('leaves alone a file that is not its own', async () => {
    const { collect, cwd, server } = await setUp();
    const notes = join(cwd, 'notes.md');
    writeFileSync(notes, '# my notes\nno newline');
    const { code, stderr } = await collect('--out', notes);
    expect(code).toBe(2);
    expect(stderr).toContain('line 1 is not JSON');
    expect(readFileSync(notes, 'utf8')).toBe('# my notes\nno newline');
    expect(server.requests).toEqual([]);
  });

  it('passes hostile texts on unchanged and shows none of them raw', async () => {
    const hostile = 'x \u001b[31mred\u0007\u202e"; <script> \\u001b $& {{input}} \u0000 \u2028 end';
    const { collect, cwd, rows, server } = await setUp();
    writeCsv(join(cwd, 'hostile.csv'), [hostile]);
    const { stderr } = await collect('--dataset', 'hostile.csv', '-v');
    expect(server.requests[0]?.text).toBe(hostile);
    expect(rows()[0]?.input).toBe(hostile);
    expect(stderr).toContain('row 0: not toxic (human: not toxic) | x \\x1b[31mred\\x07\\u202e');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested.
    expect(stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e\u2028]/);
  });

  it('keeps a key that the server echoes out of every file and line', async () => {
    const key = 'sk-test-0123456789abcdef';
    const { collect, out } = await setUp({ answering: () => `your key is ${key}` });
    const { stderr } = await collect('-v', '--ds-max-size', '1');
    expect(stderr).toContain('your key is [redacted]');
    expect(stderr + readFileSync(`${out}.unanswered.jsonl`, 'utf8')).not.toContain(key);
  });
});

describe('collect, held wrong', () => {
  it.each([
    [['--ds-max-size', '2abc'], "'2abc' is invalid. It must be a whole number from 1 up, or all."],
    [['--ds-max-size', '0'], "'0' is invalid"],
    [['--ds-offset', '-1'], "'-1' is invalid"],
    [['--concurency', '3'], "unknown option '--concurency'"],
    [['--ds-offset', '99'], '--ds-offset 99 lies past the end: the split has 12 rows'],
    [['--sample', '3', '--ds-offset', '1'], '--sample and --ds-offset or --ds-max-size exclude'],
    [['--seed', '3'], '--seed 3 goes with --sample'],
    [['--api-key-env', 'X'], '--api-key-env X goes with --base-url'],
    [['--env-file', 'none.env'], 'cannot read the environment file none.env'],
    [['--dataset', 'none.csv'], 'cannot read the dataset none.csv'],
    [['-m', 'gtp4'], 'did you mean gpt4'],
    [['-m', 'groq:x'], 'GROQ_API_KEY is not set'],
    [['more'], 'too many arguments'],
    [['--out', '.'], '. is a folder'],
    [['--out', './data.csv'], '--out and --dataset are the same file'],
    [['--out', 'labels.tsv'], 'no labels are written as .tsv (--out labels.tsv)'],
    [['--dataset', '.'], '. is a folder'],
    [['--dataset', '/dev/null'], '/dev/null is not a regular file'],
    [['-m', '__proto__'], 'unknown model "__proto__"'],
    [['--base-url', 'http://localhost:1/v1', '-m', 'wordlist'], 'comes without a model'],
    [['--base-url', 'http://me:pw@localhost:1/v1'], 'holds a user name or a password'],
    [['--out', '/dev/full'], '/dev/full is not a regular file'],
  ])('%j: %s', async (args, message) => {
    const { collect, server } = await setUp();
    const { code, stdout, stderr } = await collect(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(server.requests).toEqual([]);
  });

  it('shows every flag in --help, and exits 0', async () => {
    const { code, stdout } = await runCli('collect', ['--help'], { cwd: scratchFolder() });
    expect(code).toBe(0);
    for (const flag of [
      '--model-name',
      '--ds-offset',
      '--ds-max-size',
      '--split',
      '--sample',
      '--seed',
      '--out',
      '--fresh',
      '--env-file',
    ]) {
      expect(stdout).toContain(flag);
    }
  });
});

it('reads .env of its own folder, which the shell overrules, and of no parent', async () => {
  const { cwd, server, env } = await setUp();
  const child = join(cwd, 'outputs');
  writeFileSync(join(cwd, '.env'), `OPENAI_API_KEY=from-env-file\nOPENAI_BASE_URL=${server.url}\n`);
  const args = ['--dataset', join(cwd, 'data.csv'), '-m', 'openai:teacher', '--ds-max-size', '1'];
  await runCli('collect', args, { cwd });
  expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer from-env-file');
  await runCli('collect', [...args, '--fresh'], { cwd, env });
  expect(server.requests.at(-1)?.headers.authorization).toBe(`Bearer ${env.OPENAI_API_KEY}`);
  const { code, stderr } = await runCli('collect', args, { cwd: child });
  expect(code).toBe(2);
  expect(stderr).toContain('OPENAI_API_KEY is not set');
});
