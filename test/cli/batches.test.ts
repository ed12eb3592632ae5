import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type BatchServer,
  type BatchServerOptions,
  sendJson,
  startBatchServer,
  textOf,
} from '../helpers/batch-server.js';
import { runCli, scratchFolder, startCli } from '../helpers/cli.js';
import { skippingClock } from '../helpers/clock.js';
import { readRows, writeCsv } from '../helpers/files.js';
import { completion } from '../helpers/model-server.js';

const OUT = 'labels.jsonl';
const TRACKER = `${OUT}.batches.json`;

async function serve(options: BatchServerOptions = {}): Promise<BatchServer> {
  const server = await startBatchServer(options);
  onTestFinished(() => server.close());
  return server;
}

/** A folder with so many rows, of which each fourth is toxic. */
function folderOf(rows: number): string {
  const cwd = scratchFolder();
  writeCsv(
    join(cwd, 'data.csv'),
    Array.from({ length: rows }, (_, i) => `text ${i}${i % 4 === 0 ? ' TOXIC' : ''}`),
  );
  return cwd;
}

function collect(
  server: BatchServer,
  cwd: string,
  flags: readonly string[] = [],
  more: Partial<Parameters<typeof runCli>[2]> = {},
) {
  const args = ['-m', 'openai:gpt-4o-mini', '--dataset', 'data.csv', '--out', OUT, '--batch'];
  return runCli('collect', [...args, ...flags], {
    cwd,
    env: { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-batches' },
    ...more,
  });
}

const inputs = (cwd: string) => readRows(join(cwd, OUT)).map(({ input }) => String(input));

/** Each row once on disk, submitted once at most, and billed once, but for those asked at once. */
function expectExactlyOnce(server: BatchServer, cwd: string, rows: number): void {
  expect(new Set(inputs(cwd)).size).toBe(rows);
  expect(inputs(cwd)).toHaveLength(rows);
  expect([...server.submitted.values()].filter((times) => times !== 1)).toEqual([]);
  expect(server.billed.size + server.asked.length).toBe(rows);
}

describe('collect --batch', () => {
  it('labels by batches what it labels at once, at half the price', async () => {
    const server = await serve({ shuffle: (most) => most });
    const cwd = folderOf(12);
    const { code, stderr } = await collect(server, cwd, ['--batch-size', '5']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('labelled')]);
    expectExactlyOnce(server, cwd, 12);
    expect(server.batches.map(({ requests }) => requests.length)).toEqual([5, 5, 1]);
    const rows = readRows(join(cwd, OUT));
    const toxic = rows.filter(({ prediction }) => prediction === 'toxic');
    expect(toxic.map(({ input }) => input).sort()).toEqual([
      'text 0 TOXIC',
      'text 4 TOXIC',
      'text 8 TOXIC',
    ]);
    const costs = new Map(rows.map(({ input, cost_usd }) => [input, cost_usd]));
    // 100 tokens in at $0.15 and 3 out at $0.60 a million; one row was asked at once.
    expect([costs.get('text 0 TOXIC'), costs.get('text 1')]).toEqual([0.0000168, 0.0000084]);
    expect(stderr).toMatch(/^saved +\$0\.00009/m);
    expect(stderr).toMatch(/^batch batch_1 {2}validating .* 0 done of 5, since 20/m);
    expect(stderr).toMatch(/^batch batch_3 {2}completed {4}1 done of 1/m);
    expect(existsSync(join(cwd, `${OUT}.batches.rows.tmp`))).toBe(false);
  });

  it.each([
    ['azure:gpt-4o-mini', true],
    ['gemini:gemini-2.5-flash', true],
    ['groq:llama-3.1-8b-instant', false],
    ['together:meta-llama/Llama-3.3-70B-Instruct-Turbo', false],
  ])('counts half the price of %s only where the service says so: %s', async (model, isHalf) => {
    const env = {
      ...{ AZURE_OPENAI_BASE_URL: 'http://localhost:1/v1', AZURE_OPENAI_API_KEY: 'sk-test-azure' },
      ...{ GEMINI_API_KEY: 'sk-test-gemini', GROQ_API_KEY: 'sk-test-groq' },
      TOGETHER_API_KEY: 'sk-test-together',
    };
    const args = ['-m', model, '--dataset', 'data.csv', '--out', OUT, '--batch', '--dry-run'];
    const { code, stdout } = await runCli('collect', args, { cwd: folderOf(2), env });
    expect([code, stdout.includes('times 0.5 in batches')]).toEqual([0, isHalf]);
  });

  it('sends in a batch exactly what it sends at once', async () => {
    const server = await serve();
    const cwd = folderOf(2);
    const bodies: unknown[] = [];
    await collect(server, cwd);
    const direct = await startBatchServer({
      answer: (request) => {
        bodies.push(request.body);
        return { json: completion('toxic') };
      },
    });
    onTestFinished(() => direct.close());
    const args = ['-m', 'openai:gpt-4o-mini', '--dataset', 'data.csv', '--out', 'other.jsonl'];
    const env = { OPENAI_BASE_URL: direct.url, OPENAI_API_KEY: 'sk-test-batches' };
    await runCli('collect', args, { cwd, env });
    expect(server.batches[0]?.requests.map(({ body }) => body)).toEqual(bodies.slice(1));
    expect(server.batches[0]?.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1/chat/completions',
      custom_id: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  it('leaves with --no-wait, and the same command takes up what has ended', async () => {
    const server = await serve();
    const cwd = folderOf(6);
    const first = await collect(server, cwd, ['--no-wait', '--batch-size', '3']);
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/5 rows submitted in this run; 5 rows at the server in 2 batches/);
    expect(first.stderr).toContain('run the same command again to take what has ended');
    expect(inputs(cwd)).toHaveLength(1);
    const second = await collect(server, cwd, ['--batch-size', '3']);
    expect(second.code).toBe(0);
    expectExactlyOnce(server, cwd, 6);
    const third = await collect(server, cwd);
    expect([third.code, server.batches.length]).toEqual([0, 2]);
  });

  it('does not ask at once what waits in a batch', async () => {
    const server = await serve();
    const cwd = folderOf(4);
    await collect(server, cwd, ['--no-wait']);
    const args = ['-m', 'openai:gpt-4o-mini', '--dataset', 'data.csv', '--out', OUT];
    const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-batches' };
    const { code, stderr } = await runCli('collect', args, { cwd, env });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('3 rows of labels.jsonl are in batches'),
    ]);
    expect(server.asked).toHaveLength(1);
    const dry = await collect(server, cwd, ['--dry-run']);
    expect(dry.stdout).toContain('4, of which 1 are on disk, 3 wait in batches and 0 to be asked');
  });

  it('says in a dry run what batches cost, and sends nothing', async () => {
    const server = await serve();
    const { stdout } = await collect(server, folderOf(4), ['--dry-run']);
    expect(stdout).toContain('times 0.5 in batches: $0.075 in, $0.30 out per million');
    expect(server.log).toEqual([]);
  });

  it('takes up the batches of another machine, which left only the label file', async () => {
    const server = await serve();
    const cwd = folderOf(8);
    await collect(server, cwd, ['--no-wait', '--batch-size', '4']);
    rmSync(join(cwd, TRACKER));
    const { code, stderr } = await collect(server, cwd);
    expect(code).toBe(0);
    expect(stderr).toContain('found the batch batch_1 of this run at the server');
    expectExactlyOnce(server, cwd, 8);
  });

  it('waits there for a row that was submitted anew, and does not take its failure of before', async () => {
    let isDown = true;
    const server = await serve({
      answer: (request) =>
        isDown && textOf(request) === 'text 1'
          ? { status: 500, json: { error: { message: 'busy' } } }
          : { json: completion('toxic') },
      courseOf: (_, number) =>
        number === 1
          ? ['validating', 'completed']
          : ['validating', 'in_progress', 'in_progress', 'completed'],
    });
    const cwd = folderOf(4);
    expect((await collect(server, cwd)).code).toBe(3);
    isDown = false;
    await collect(server, cwd, ['--no-wait']);
    expect(server.batches.map(({ requests }) => requests.map(textOf))).toEqual([
      ['text 1', 'text 2', 'text 3'],
      ['text 1'],
    ]);
    rmSync(join(cwd, TRACKER));
    expect((await collect(server, cwd)).code).toBe(0);
    expect(inputs(cwd).sort()).toEqual(['text 0 TOXIC', 'text 1', 'text 2', 'text 3']);
    expect(server.batches).toHaveLength(2);
  });

  it('finds them by their files at a server that keeps no metadata', async () => {
    const server = await serve({ keepsMetadata: false });
    const cwd = folderOf(8);
    await collect(server, cwd, ['--no-wait', '--batch-size', '4']);
    rmSync(join(cwd, TRACKER));
    expect((await collect(server, cwd)).code).toBe(0);
    expectExactlyOnce(server, cwd, 8);
  });

  it('leaves the batches of another dataset alone', async () => {
    const server = await serve();
    const [mine, theirs] = [folderOf(3), scratchFolder()];
    writeCsv(join(theirs, 'data.csv'), ['something', 'else', 'there']);
    await collect(server, theirs, ['--no-wait']);
    expect((await collect(server, mine)).code).toBe(0);
    expect(inputs(mine)).toHaveLength(3);
    expect(server.batches).toHaveLength(2);
  });

  it.each(['expired', 'cancelled'] as const)(
    'keeps the finished work of a batch that is %s',
    async (end) => {
      let isLate = true;
      const server = await serve({
        answer: (request) =>
          isLate && /[13]$/.test(textOf(request)) ? 'not done' : { json: completion('toxic') },
        courseOf: (_, number) =>
          number === 1 ? ['in_progress', end] : ['in_progress', 'completed'],
      });
      const cwd = folderOf(5);
      const first = await collect(server, cwd);
      expect(first.code).toBe(3);
      expect(first.stderr).toContain(`the batch batch_1 is ${end}; 2 rows of it have no result`);
      expect(first.stderr).toContain('error: 2 rows are in no batch and have no result');
      expect(inputs(cwd)).toHaveLength(3);
      isLate = false;
      expect((await collect(server, cwd)).code).toBe(0);
      expect(server.batches[1]?.requests.map(textOf).sort()).toEqual(['text 1', 'text 3']);
      expect(inputs(cwd)).toHaveLength(5);
      expect([...server.billed.values()].every((times) => times === 1)).toBe(true);
    },
  );

  it('shows what becomes of the batches of a round of picking', async () => {
    const server = await serve();
    const cwd = folderOf(80);
    expect((await collect(server, cwd, ['--sample', '40'])).code).toBe(0);
    const { code, stderr } = await collect(server, cwd, ['--pick', '10']);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^start .*\nbatch batch_\w+ +validating [\s\S]*^batch batch_\w+ +completed +30 done of 30/m,
    );
    expectExactlyOnce(server, cwd, readRows(join(cwd, OUT)).length);
  });

  it('says why a batch has failed', async () => {
    const server = await serve({
      courseOf: () => ['failed'],
      errorsOf: () => [{ code: 'model_not_found', message: 'no such model in batches' }],
    });
    const cwd = folderOf(3);
    const { code, stderr } = await collect(server, cwd);
    expect(code).toBe(3);
    expect(stderr).toContain('error: the batch batch_1 has failed: no such model in batches');
    expect(inputs(cwd)).toHaveLength(1);
  });

  it('submits in waves where the account may have so many tokens waiting', async () => {
    let waiting = 0;
    const server = await serve({
      courseOf: () => {
        waiting += 1;
        return waiting > 1 && waiting < 4 ? ['validating', 'failed'] : ['in_progress', 'completed'];
      },
      errorsOf: () => [{ code: 'token_limit_exceeded', message: 'Enqueued token limit reached' }],
    });
    const cwd = folderOf(7);
    const { code, stderr } = await collect(server, cwd, ['--batch-size', '3']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('submitted again later')]);
    expect(inputs(cwd)).toHaveLength(7);
    expect([...server.billed.values()].every((times) => times === 1)).toBe(true);
  });

  it('waits where making a batch is throttled, and looks before it tries again where that failed', async () => {
    const troubles: ('before' | 'after')[] = ['before', 'before', 'after', 'before'];
    const server = await serve({
      at: (moment, response) => {
        const trouble = troubles[0];
        if (trouble === undefined || moment !== `${trouble} create`) return;
        troubles.shift();
        const status = troubles.length === 3 ? 429 : 500;
        sendJson(response, { error: { message: 'not now' } }, status);
      },
    });
    const cwd = folderOf(6);
    const { code } = await collect(server, cwd, ['--batch-size', '3']);
    expect([code, troubles]).toEqual([0, []]);
    expectExactlyOnce(server, cwd, 6);
  });

  it.each([
    { hasRanges: true, quietly: false },
    { hasRanges: false, quietly: false },
    { hasRanges: false, quietly: true },
  ])('takes up a download that breaks off: %o', async ({ hasRanges, quietly }) => {
    const server = await serve({ hasRanges, truncate: { bytes: 700, times: 2, quietly } });
    const cwd = folderOf(9);
    expect((await collect(server, cwd)).code).toBe(0);
    expectExactlyOnce(server, cwd, 9);
  });

  it('asks a row again that a batch which is done says nothing of, in the next run', async () => {
    const server = await serve({ truncate: { bytes: 700, times: 3, quietly: true } });
    const cwd = folderOf(9);
    const { code, stderr } = await collect(server, cwd);
    expect(code).toBe(3);
    expect(stderr).toMatch(/rows failed on the way/);
    expect((await collect(server, cwd)).code).toBe(0);
    expect(new Set(inputs(cwd)).size).toBe(9);
  });

  it('keeps refusals, errors and broken replies apart, as when asked at once', async () => {
    const server = await serve({
      answer: (request) => {
        const text = textOf(request);
        if (text === 'text 1') return { json: completion(null, { refusal: 'I will not' }) };
        if (text === 'text 2') return { json: completion('maybe') };
        if (text === 'text 3') return { json: { error: { message: 'too long' } }, status: 400 };
        if (text === 'text 5') return { json: { error: { message: 'slow' } }, status: 429 };
        if (text === 'text 6') return { json: 'no completion' };
        if (text === 'text 7') return { error: { code: 'server_error', message: 'it broke' } };
        return { json: completion('toxic') };
      },
    });
    const cwd = folderOf(9);
    const { code, stderr } = await collect(server, cwd);
    expect([code, stderr]).toEqual([3, expect.stringContaining('3 rows failed on the way')]);
    const unanswered = readRows(join(cwd, `${OUT}.unanswered.jsonl`));
    const outcomes = unanswered.map(({ input, outcome, retryable }) => [input, outcome, retryable]);
    expect(outcomes.sort()).toEqual([
      ['text 1', 'refused', undefined],
      ['text 2', 'unparseable', undefined],
      ['text 3', 'failed', false],
      ['text 5', 'failed', true],
      ['text 6', 'failed', true],
      ['text 7', 'failed', true],
    ]);
  });

  it('learns with one row how a server wants to be asked', async () => {
    const server = await serve({
      answer: ({ body }) =>
        'temperature' in body
          ? {
              status: 400,
              json: {
                error: {
                  message: 'Unsupported value',
                  param: 'temperature',
                  code: 'unsupported_value',
                },
              },
            }
          : { json: completion('toxic') },
    });
    const cwd = folderOf(5);
    expect((await collect(server, cwd)).code).toBe(0);
    expect(server.batches[0]?.requests.filter(({ body }) => 'temperature' in body)).toEqual([]);
    expect(server.asked).toEqual(['text 0 TOXIC', 'text 0 TOXIC']);
    const tracker = JSON.parse(readFileSync(join(cwd, TRACKER), 'utf8'));
    expect(tracker.form).toMatchObject({ foldSystem: false });
    expect(tracker.form.parameters).not.toHaveProperty('temperature');
  });

  it('submits no batch where the row that is asked at once fails', async () => {
    const server = await serve({
      answer: () => ({ status: 401, json: { error: { message: 'bad key' } } }),
    });
    const cwd = folderOf(5);
    const { code, stderr } = await collect(server, cwd);
    expect([code, stderr]).toEqual([3, expect.stringContaining('refuses the key')]);
    expect(server.batches).toEqual([]);
  });

  it('keeps within --max-cost, and goes on with what batches give back', async () => {
    const server = await serve();
    const cwd = folderOf(30);
    const { code, stderr } = await collect(server, cwd, [
      '--price',
      '10/1000',
      '--max-cost',
      '0.06',
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('stopped before passing --max-cost 0.06');
    expect(server.batches.length).toBeGreaterThan(1);
    const spent = readRows(join(cwd, OUT)).reduce((sum, { cost_usd }) => sum + Number(cost_usd), 0);
    expect(spent).toBeLessThanOrEqual(0.06);
    expect((await collect(server, cwd)).code).toBe(0);
    expectExactlyOnce(server, cwd, 30);
  });

  it('asks less and less often while nothing ends', async () => {
    const clock = skippingClock();
    const server = await serve({
      courseOf: () => ['validating', ...Array<'in_progress'>(12).fill('in_progress'), 'completed'],
    });
    expect((await collect(server, folderOf(3), [], { clock })).code).toBe(0);
    const polls = clock.waits.filter((ms) => ms >= 5_000);
    expect(polls.slice(0, 4)).toEqual([5_000, 7_500, 11_250, 16_875]);
    expect(polls.slice(-3)).toEqual([120_000, 120_000, 120_000]);
  });

  it('leaves batches at work on Ctrl-C, and says how to go on', async () => {
    const stop = new AbortController();
    const clock = skippingClock(() => stop.abort());
    const server = await serve({ courseOf: () => ['in_progress'] });
    const cwd = folderOf(4);
    const { code, stderr } = await collect(server, cwd, [], { signal: stop.signal, clock });
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /batches +3 rows submitted in this run; 3 rows at the server in 1 batch/,
    );
    expect(stderr).toContain('run the same command again to go on');
    for (const batch of server.batches) batch.course = ['completed'];
    expect((await collect(server, cwd)).code).toBe(0);
    expectExactlyOnce(server, cwd, 4);
  });

  it('keeps results of rows that this run does not take for one that does', async () => {
    const server = await serve();
    const cwd = folderOf(6);
    await collect(server, cwd, ['--no-wait']);
    expect((await collect(server, cwd, ['--ds-max-size', '3'])).code).toBe(0);
    expect(inputs(cwd)).toHaveLength(3);
    expect((await collect(server, cwd)).code).toBe(0);
    expectExactlyOnce(server, cwd, 6);
  });

  it('starts anew with --fresh, and does not take up the old batches', async () => {
    const server = await serve();
    const cwd = folderOf(4);
    await collect(server, cwd);
    expect((await collect(server, cwd, ['--fresh'])).code).toBe(0);
    expect(server.batches).toHaveLength(2);
    expect(existsSync(join(cwd, `${TRACKER}.old-1`))).toBe(true);
    rmSync(join(cwd, TRACKER));
    expect((await collect(server, cwd)).code).toBe(0);
    expect(server.batches).toHaveLength(2);
  });

  it('does not take up the old batches either where a fresh start failed at once', async () => {
    let isDown = false;
    const server = await serve({
      answer: () => (isDown ? { status: 401, json: {} } : { json: completion('toxic') }),
    });
    const cwd = folderOf(4);
    await collect(server, cwd);
    isDown = true;
    expect((await collect(server, cwd, ['--fresh'])).code).toBe(3);
    isDown = false;
    expect((await collect(server, cwd)).code).toBe(0);
    expect(server.batches).toHaveLength(2);
  });

  it('puts moderations in batches too', async () => {
    const server = await serve({
      answer: (request) => ({
        json: {
          results: [
            {
              flagged: textOf(request).includes('TOXIC'),
              categories: { hate: true },
              category_scores: { hate: 0.9 },
            },
          ],
        },
      }),
    });
    const cwd = folderOf(4);
    const { code } = await collect(server, cwd, ['-m', 'moderation:omni-moderation-latest']);
    expect(code).toBe(0);
    expect(server.asked).toEqual([]);
    expect(server.batches[0]?.requests[0]).toMatchObject({
      url: '/v1/moderations',
      body: { model: 'omni-moderation-latest', input: 'text 0 TOXIC' },
    });
    expect(inputs(cwd)).toHaveLength(4);
  });

  it('refuses what needs no server, flags that stand alone, and a tracker that is damaged', async () => {
    const server = await serve();
    const cwd = folderOf(3);
    const refusal = async (...flags: string[]) => {
      const { code, stderr } = await collect(server, cwd, flags);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refusal('-m', 'wordlist')).toContain("takes batches in OpenAI's form, and");
    expect(await refusal('--batch-size', '50001')).toContain('the server takes 50000 at most');
    writeFileSync(join(cwd, TRACKER), '{"schema":"toxicity-distill/batches","version":1}');
    expect(await refusal()).toContain(
      'labels.jsonl.batches.json is of version 1, and this program reads version 2',
    );
    renameSync(join(cwd, TRACKER), join(cwd, 'away'));
    const args = ['-m', 'openai:gpt-4o-mini', '--dataset', 'data.csv', '--no-wait'];
    const { code, stderr } = await runCli('collect', args, { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('--no-wait goes with --batch')]);
  });

  it('sends nothing where it cannot read what is there', async () => {
    const server = await serve({
      at: (moment, response) => moment.endsWith('list batches') && sendJson(response, [] as never),
    });
    const { code, stderr } = await collect(server, folderOf(3));
    expect([code, stderr]).toEqual([3, expect.stringContaining('/batches is no list as OpenAI')]);
    expect([server.asked, server.batches]).toEqual([[], []]);
  });

  it('reads lists without an end once, at a server that knows no pages', async () => {
    const server = await serve({
      at: (moment, response) => {
        if (moment !== 'before list batches') return;
        const data = server.batches.map(({ id, status, metadata, inputFileId }) => ({
          ...{ id, status, metadata, input_file_id: inputFileId },
        }));
        sendJson(response, { data });
      },
    });
    const cwd = folderOf(4);
    await collect(server, cwd, ['--no-wait']);
    rmSync(join(cwd, TRACKER));
    const { code, stderr } = await collect(server, cwd);
    expect([code, stderr.match(/found the batch/g)]).toEqual([0, ['found the batch']]);
  });

  it('says so where a server has no batches', async () => {
    const server = await serve({
      at: (moment, response) =>
        moment.endsWith('list files') &&
        sendJson(response, { error: { message: 'Not Found' } }, 404),
    });
    const { code, stderr } = await collect(server, folderOf(3));
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('openai has no files or batches at'),
    ]);
  });
});

it('a process that is stopped leaves its batches at work, and another takes them up', async () => {
  const server = await serve({ courseOf: () => ['in_progress'] });
  const cwd = folderOf(4);
  const args = ['-m', 'openai:gpt-4o-mini', '--dataset', 'data.csv', '--out', OUT, '--batch'];
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-batches' };
  const { child, finished } = startCli('collect', args, { cwd, env });
  await once(server.events, 'after retrieve');
  child.kill('SIGINT');
  const { code, stderr } = await finished;
  expect([code, stderr]).toEqual([130, expect.stringContaining('3 rows at the server in 1 batch')]);
  for (const batch of server.batches) batch.course = ['completed'];
  expect((await collect(server, cwd)).code).toBe(0);
  expectExactlyOnce(server, cwd, 4);
});
