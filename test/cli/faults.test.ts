import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bin, runCli, scratchFolder, unwrapped } from '../helpers/cli.js';
import { heldClock, type SkippingClock, skippingClock } from '../helpers/clock.js';
import { isPositive, readRows, writeCsv } from '../helpers/files.js';
import { gate, until } from '../helpers/gate.js';
import { closedPort } from '../helpers/hub-server.js';
import { type Answering, completion, refusal, startModelServer } from '../helpers/model-server.js';

const byText: Answering = ({ text }) => (isPositive(text) ? 'toxic' : 'not toxic');

async function setUp(
  answering: Answering,
  rows = 20,
  { clock = skippingClock() }: { clock?: SkippingClock } = {},
) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeCsv(
    join(cwd, 'data.csv'),
    Array.from({ length: rows }, (_, i) => `text ${i}${i % 3 === 0 ? ' TOXIC' : ''}`),
  );
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const flags = ['--dataset', 'data.csv', '-m', 'openai:teacher', '--ds-max-size', String(rows)];
  return {
    server,
    cwd,
    clock,
    collect: (...more: string[]) => runCli('collect', [...flags, ...more], { cwd, env, clock }),
    env,
    flags,
    rows: () => readRows(join(cwd, 'outputs/outputs.jsonl')),
    unanswered: () => readRows(join(cwd, 'outputs/outputs.jsonl.unanswered.jsonl')),
  };
}

describe('a storm of 429', () => {
  it.each([
    ['retry-after-ms', '40', 40],
    ['retry-after', '0.05', 50],
    ['x-ratelimit-reset-requests', '60ms', 60],
    ['x-ratelimit-reset-tokens', '0.07', 70],
  ])('waits as %s: %s says', async (header, value, waitMs) => {
    const { clock, collect, rows, server } = await setUp((request) =>
      request.attempt > 1
        ? byText(request)
        : refusal(429, { message: 'slow down' }, { [header]: value }),
    );
    const { code } = await collect('--concurrency', '1');
    expect(code).toBe(0);
    expect(rows().length).toBe(20);
    expect(server.requests.length).toBe(40);
    expect(clock.waits).toEqual(Array(20).fill(waitMs));
  });

  it('costs no row, however long it lasts, while the server lets some through', async () => {
    let asked = 0;
    let answered = 0;
    const { collect, rows, server } = await setUp((request) => {
      asked += 1;
      // The last rows are let through: they have no others to pass while they wait.
      if (asked % 8 > 0 && answered < 50) {
        return refusal(429, { message: 'slow down' }, { 'retry-after-ms': '5' });
      }
      answered += 1;
      return byText(request);
    }, 60);
    const { code, stderr } = await collect('--max-retries', '2', '--concurrency', '32');
    expect([code, rows().length]).toEqual([0, 60]);
    expect(stderr).not.toContain('unanswered');
    expect(Math.max(...server.requests.map(({ attempt }) => attempt))).toBeGreaterThan(3);
  });

  it('ends a row after its tries where the server lets nobody through', async () => {
    const { collect, unanswered } = await setUp(
      () => refusal(429, { message: 'slow down' }, { 'retry-after-ms': '1' }),
      3,
    );
    expect((await collect('--max-retries', '2')).code).toBe(3);
    expect(unanswered().map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
  });

  it('stops waiting at once when the run is stopped', async () => {
    const stop = new AbortController();
    const clock = heldClock();
    const { cwd, env, flags, server } = await setUp((request) =>
      request.text === 'text 1'
        ? byText(request)
        : refusal(429, { message: 'slow down' }, { 'retry-after': '60' }),
    );
    const running = runCli('collect', flags, { cwd, env, clock, signal: stop.signal });
    await until(() => clock.waits.length > 0);
    stop.abort();
    const { code, stderr } = await running;
    expect(code).toBe(130);
    expect(clock.waits).toContain(60_000);
    expect(stderr).toContain('run the same command again to go on');
    expect(server.requests.length).toBeLessThan(20);
  });
});

describe('a request that breaks', () => {
  const faults: Record<string, Answering> = {
    'a 500': () => refusal(500, { message: 'oops' }, { 'retry-after-ms': '1' }),
    'a reset before the headers': () => ({ raw: (response) => response.destroy() }),
    'a reset after the headers': () => ({
      raw: (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 });
        response.write('{"choices": [');
        setTimeout(() => response.destroy(), 5);
      },
    }),
    'a body that is cut off': () => ({
      raw: (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(completion('toxic')).slice(0, 60));
      },
    }),
    'a page of HTML': () => ({
      raw: (response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>gateway</html>'),
    }),
  };
  /** They end by --timeout alone. */
  const silences: Record<string, Answering> = {
    'a hang': () => ({ raw: () => {} }),
    'a slow drip': () => ({
      raw: (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(drip));
      },
    }),
  };

  it.each(Object.entries(faults))('is sent again after %s', async (_, fault) => {
    const { collect, rows, server } = await setUp(
      (request) => (request.attempt === 1 ? fault(request) : byText(request)),
      4,
    );
    const { code } = await collect();
    expect(code).toBe(0);
    expect(rows().length).toBe(4);
    expect(server.requests.length).toBe(8);
  });

  it.each(Object.entries(silences))('is sent again after %s', async (_, silence) => {
    const { collect, rows, server } = await setUp(
      (request) => (request.attempt === 1 ? silence(request) : byText(request)),
      4,
    );
    const { code, stderr } = await collect('--timeout', '0.5', '-v');
    expect(code).toBe(0);
    expect(stderr).toContain('timed out');
    expect(rows().length).toBe(4);
    // On a busy machine an answer may come too late as well.
    expect(server.requests.filter(({ attempt }) => attempt <= 2).length).toBe(8);
  });

  it('is given up after --max-retries, and kept as failed', async () => {
    const { collect, unanswered, server } = await setUp(
      () => refusal(500, { message: 'oops' }, { 'retry-after-ms': '1' }),
      2,
    );
    expect((await collect('--max-retries', '1')).code).toBe(3);
    expect(server.requests.length).toBe(4);
    expect(unanswered()[0]).toMatchObject({ outcome: 'failed', error: 'HTTP 500: oops' });
  });

  it('survives a server that dies and comes back', async () => {
    const port = await closedPort();
    const answer = JSON.stringify(completion('toxic'));
    let answered = 0;
    const listen = () =>
      createServer((request, response) => {
        request.resume().on('end', () => {
          answered += 1;
          response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
          if (answered === 10) die();
        });
      }).listen(port, '127.0.0.1');
    let server = listen();
    const die = () => {
      server.close();
      server.closeAllConnections();
    };
    onTestFinished(die);
    const clock = skippingClock(async () => {
      if (clock.waits.length !== 3) return;
      server = listen();
      await once(server, 'listening');
    });
    const { collect, rows } = await setUp(byText, 20, { clock });
    const { code } = await collect('-m', 'teacher', '--base-url', `http://127.0.0.1:${port}/v1`);
    expect([code, rows().length]).toEqual([0, 20]);
    expect(clock.waits.length).toBeGreaterThanOrEqual(3);
  });
});

describe('a ceiling', () => {
  it('--rpm spreads the requests over the minute', async () => {
    const { clock, collect, server } = await setUp(byText, 8);
    await collect('--rpm', '600', '--concurrency', '1');
    expect(server.requests.length).toBe(8);
    expect(clock.waits).toEqual(Array(7).fill(100));
  });

  it('--tpm does so by tokens', async () => {
    const { clock, collect, server } = await setUp(byText, 4);
    await collect('--tpm', '60000', '--concurrency', '1'); // 1,000 tokens a second.
    expect(server.requests.length).toBe(4);
    expect(clock.waits).toEqual(Array(3).fill(103)); // As many as the server counted.
  });

  it("keeps to what the server's headers leave", async () => {
    const clock = skippingClock();
    let left = 4;
    let countedAt = 0;
    const { collect, server } = await setUp(
      (request) => {
        left = Math.min(4, left + (clock.now() - countedAt) / 200) - 1;
        countedAt = clock.now();
        if (left < 0) return refusal(429, { message: 'too many' }, { 'retry-after-ms': '100' });
        const headers = {
          'x-ratelimit-limit-requests': '4',
          'x-ratelimit-remaining-requests': String(Math.floor(left)),
          'x-ratelimit-reset-requests': `${(4 - left) * 200}ms`,
        };
        const json = completion(isPositive(request.text) ? 'toxic' : 'not toxic');
        return { headers, json };
      },
      10,
      { clock },
    );
    expect((await collect('--concurrency', '1')).code).toBe(0);
    expect(server.requests.length).toBe(10);
    expect(clock.waits).toEqual(Array(6).fill(200));
  });
});

describe('--max-cost', () => {
  const usage = { prompt_tokens: 1000, completion_tokens: 3 };
  const dear: Answering = ({ text }) => ({
    json: completion(isPositive(text) ? 'toxic' : 'not toxic', { usage }),
  });
  const costOf = (rows: Record<string, unknown>[]) =>
    rows.reduce((sum, { cost_usd }) => sum + (cost_usd as number), 0);

  it('stops before it is passed, says what is left, and goes on when run again', async () => {
    const { collect, rows } = await setUp(dear, 40);
    const flags = ['--price', '1000/1000', '--max-cost', '20', '--concurrency', '4'];
    const { code, stderr } = await collect(...flags);
    expect(code).toBe(3);
    expect(costOf(rows())).toBeGreaterThan(10);
    expect(costOf(rows())).toBeLessThanOrEqual(20);
    expect(stderr).toContain('stopped before passing --max-cost 20');
    const left = 40 - rows().length;
    expect(stderr).toContain(`${left} rows are left, at about $${(left * 1.003).toFixed(2)}`);
    expect(stderr).toMatch(/cost {8}\$\d+\.\d+, \$1,003 per 1,000 rows \(as given\)/);
    await collect(...flags);
    expect((await collect('--price', '1000/1000')).code).toBe(0);
    expect(rows().length).toBe(40);
  });

  it('stops evaluate too, with its table of what was answered', async () => {
    const { collect, cwd, env } = await setUp(dear, 12);
    await collect('--price', '10000/10000');
    const flags = ['-m', 'openai:small', '--price', '1000/1000', '--concurrency', '1'];
    const { code, stdout, stderr } = await runCli('evaluate', [...flags, '--max-cost', '5'], {
      cwd,
      env,
    });
    expect(code).toBe(3);
    expect(stdout).toMatch(/answered [234] of 12 rows; not asked: \d+/);
    expect(stderr).toMatch(/rows are left, at about \$\d/);
    const whole = await runCli('evaluate', flags, { cwd, env });
    expect(whole.stdout.replaceAll('\n', ' ')).toContain(
      'It costs $1,003 per 1,000 rows, 10 times cheaper than teacher.',
    );
  });

  it('wants a price', async () => {
    const { collect, server } = await setUp(byText);
    const { code, stderr } = await collect('--max-cost', '1');
    expect(code).toBe(2);
    expect(stderr).toContain('that of teacher at openai is unknown');
    expect(stderr).toContain('--price IN/OUT');
    expect(server.requests).toEqual([]);
  });
});

describe('--dry-run', () => {
  it('says what collect would take, without a key, and sends and writes nothing', async () => {
    const { cwd, flags, server } = await setUp(byText, 12);
    const env = { OPENAI_BASE_URL: server.url };
    const args = [...flags, '-m', 'openai:gpt-4.1', '--dry-run'];
    const { code, stdout } = await runCli('collect', args, { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toContain('rows        12, of which 0 are on disk and 12 to be asked');
    expect(stdout).toMatch(/tokens {6}[\d,]+ in \(counted with o200k_base, the model's own\)/);
    expect(stdout).toMatch(/cost {8}\$0\.00\d+, .*OpenAI list price, 2026-11-23: \$2 in, \$8 out/);
    expect(server.requests).toEqual([]);
    expect(() => readRows(join(cwd, 'outputs/outputs.jsonl'))).toThrow('ENOENT');
  });

  it('knows what is on disk, and stands beside the truth afterwards', async () => {
    const { collect, server } = await setUp(byText, 12);
    await collect('--ds-max-size', '5');
    const { stdout } = await collect('--dry-run', '--price', '1/1');
    expect(stdout).toContain('rows        12, of which 5 are on disk and 7 to be asked');
    expect(stdout).toContain('estimated with o200k_base');
    expect(server.requests.length).toBe(5);
    const { stderr } = await collect('--price', '1/1', '--max-cost', '9');
    expect(stderr).toMatch(/cost {8}\$0\.0007\d+, .*\nestimated {3}[\d,]+ tokens in, \$0\.00\d+/);
  });

  it('works for evaluate', async () => {
    const { collect, cwd, env, server } = await setUp(byText, 6);
    await collect();
    const asked = server.requests.length;
    const { code, stdout } = await runCli('evaluate', ['-m', 'openai:gpt-6-luna', '--dry-run'], {
      cwd,
      env,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('6 to be asked');
    expect(stdout).toContain('at least');
    expect(server.requests.length).toBe(asked);
  });
});

describe('the output file', () => {
  it.each([
    [
      'moved or deleted',
      'elsewhere/outputs.jsonl',
      (cwd: string) => renameSync(join(cwd, 'outputs'), join(cwd, 'elsewhere')),
    ],
    [
      'changed by another program',
      'outputs/outputs.jsonl',
      (cwd: string) => truncateSync(join(cwd, 'outputs/outputs.jsonl'), 0),
    ],
  ])('that is %s under a run stops it, with what was in flight', async (what, file, change) => {
    const { opened, open } = gate();
    let asked = 0;
    const { collect, server, cwd } = await setUp(async (request) => {
      asked += 1;
      if (asked > 20) await opened;
      return byText(request);
    }, 200);
    const running = collect('--concurrency', '4');
    await server.received(24);
    const out = join(cwd, 'outputs/outputs.jsonl');
    await until(() => existsSync(out) && readRows(out).length === 20);
    change(cwd);
    open();
    const { code, stderr } = await running;
    expect(code).toBe(3);
    expect(stderr).toContain(`outputs/outputs.jsonl was ${what} while it was being written`);
    expect(server.requests.length).toBeLessThan(60);
    const lost = file === 'outputs/outputs.jsonl' ? 20 : 0;
    expect(readRows(join(cwd, file)).length).toBe(server.requests.length - lost);
  });

  it('that ends with the beginning of something else is left as it is', async () => {
    const { collect, cwd, server } = await setUp(byText);
    writeFileSync(join(cwd, 'notes.json'), '{ "a": 1');
    const { code, stderr } = await collect('--out', 'notes.json');
    expect([code, server.requests.length]).toEqual([2, 0]);
    expect(stderr).toContain('notes.json ends with "{ \\"a\\": 1", which is no row');
    expect(readFileSync(join(cwd, 'notes.json'), 'utf8')).toBe('{ "a": 1');
  });

  it('on a disk without room stops the run, and is whole when there is room again', async () => {
    const { cwd, env, flags, collect, rows, server } = await setUp(byText, 60);
    // A limit on the size of files: the system refuses a write as it does on a full disk.
    const script = `trap '' XFSZ; ulimit -f 8; exec "$@"`;
    const command = [process.execPath, '--', bin('collect'), ...flags];
    const child = spawn('bash', ['-c', script, 'bash', ...command], {
      cwd,
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      stderr += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(3);
    expect(stderr).toContain('cannot write outputs/outputs.jsonl: EFBIG');
    // Of the row that had no room nothing is left: a part of it might look like a whole one.
    const lines = readFileSync(join(cwd, 'outputs/outputs.jsonl'), 'utf8').split('\n');
    expect(lines.at(-1)).toBe('');
    const lost = server.requests.length - (lines.length - 1);
    expect(unwrapped(stderr)).toMatch(new RegExp(`in doubt +${lost} requests? gave no row`));
    expect((await collect()).code).toBe(0);
    const indices = rows().map(({ ds_original_idx }) => ds_original_idx as number);
    expect(indices.sort((a, b) => a - b)).toEqual([...Array(60).keys()]);
  });
});

describe('hostile texts', () => {
  const texts = [
    'a\u0000b',
    'line\r\nbreak\u2028and\u2029more',
    '\u001b[31mred\u001b]0;title\u0007',
    '\\u001b[31m written out $& $1 {{input}}',
    'lone \ud800 surrogate',
    '</script><script>alert(1)</script>',
    'x'.repeat(1_000_000),
    '\ufeffmark in front',
  ];

  it('go in and out unchanged', async () => {
    const { cwd, env, server } = await setUp(byText);
    const lines = texts.map((text) => JSON.stringify({ text, label: 0 }));
    writeFileSync(join(cwd, 'hostile.jsonl'), `\ufeff${lines.join('\r\n')}\r\n`);
    const flags = ['--dataset', 'hostile.jsonl', '-m', 'openai:teacher', '-v'];
    const { code, stderr } = await runCli('collect', flags, { cwd, env });
    expect(code).toBe(0);
    const inputs = readRows(join(cwd, 'outputs/outputs.jsonl')).map(({ input }) => input);
    expect(new Set(inputs)).toEqual(new Set(texts));
    expect(new Set(server.requests.map(({ text }) => text))).toEqual(new Set(texts));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested.
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u2028\ud800]/);
    const again = await runCli('evaluate', ['-m', 'wordlist', '-v'], { cwd });
    expect(again.code).toBe(0);
  });

  it('that are not UTF-8 are refused by their line', async () => {
    const { cwd, env, server } = await setUp(byText);
    const good = '{"text": "a", "label": 0}\n';
    const bad = Buffer.concat([Buffer.from(good + good), Buffer.from([0x7b, 0xff, 0x7d, 0x0a])]);
    writeFileSync(join(cwd, 'bad.jsonl'), bad);
    const flags = ['--dataset', 'bad.jsonl', '-m', 'openai:teacher', '--concurrency', '1'];
    const { stderr } = await runCli('collect', flags, { cwd, env });
    expect(stderr).toContain('bad.jsonl line 3 is not valid UTF-8');
    expect(server.requests.length).toBeLessThanOrEqual(2);
  });
});
