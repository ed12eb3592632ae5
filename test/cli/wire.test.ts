import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { skippingClock } from '../helpers/clock.js';
import { readRows, writeCsv } from '../helpers/files.js';
import { type Answering, completion, refusal, startModelServer } from '../helpers/model-server.js';
import { SELF_SIGNED } from '../helpers/tls.js';

const KEY = { OPENAI_API_KEY: 'sk-test-0123456789abcdef' };

async function setUp(baseUrl: string, rows = 4) {
  const clock = skippingClock();
  const cwd = scratchFolder();
  writeCsv(
    join(cwd, 'data.csv'),
    Array.from({ length: rows }, (_, i) => `text ${i}`),
  );
  const flags = ['--dataset', 'data.csv', '-m', 'openai:teacher', '--ds-max-size', String(rows)];
  const collect = (more: string[] = [], env: Record<string, string> = {}) =>
    runCli('collect', [...flags, ...more], {
      cwd,
      env: { OPENAI_BASE_URL: baseUrl, ...KEY, ...env },
      clock,
    });
  return { clock, cwd, collect, rows: () => readRows(join(cwd, 'outputs/outputs.jsonl')) };
}

async function serve(answering: Answering, rows?: number) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  return { server, ...(await setUp(server.url, rows)) };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('a wait that is none', () => {
  it.each(['0', '-5', '0.0', 'Tue, 01 Jan 2019 00:00:00 GMT'])(
    'as with Retry-After: %s does not use up the tries at once',
    async (value) => {
      const { clock, collect } = await serve(
        () => refusal(503, { message: 'busy' }, { 'retry-after': value }),
        1,
      );
      await collect(['--max-retries', '6']);
      expect(clock.waits.length).toBe(6);
      expect(clock.waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(10_000);
    },
  );

  it('is found by the clock that wrote it', async () => {
    const headers = {
      date: 'Tue, 01 Jan 2019 00:00:00 GMT',
      'retry-after': 'Tue, 01 Jan 2019 00:00:07 GMT',
    };
    const { clock, collect } = await serve(
      ({ attempt }) => (attempt > 1 ? 'toxic' : refusal(503, { message: 'busy' }, headers)),
      1,
    );
    expect((await collect()).code).toBe(0);
    expect(clock.waits).toEqual([7_000]);
  });
});

describe('--timeout', () => {
  it('beyond what a timer holds is refused', async () => {
    const { collect, server } = await serve(() => 'toxic');
    const { code, stderr } = await collect(['--timeout', '2147484']);
    expect(code).toBe(2);
    expect(stderr).toContain('86400');
    expect(server.requests).toEqual([]);
  });
});

describe('Content-Encoding', () => {
  const packed = (encoding: string) => ({
    raw: (response: import('node:http').ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
      response.end(gzipSync(JSON.stringify(completion('toxic'))));
    },
  });

  it.each(['GZIP', 'x-gzip', 'identity, gzip'])('%s is decoded', async (encoding) => {
    const { collect, server, rows } = await serve(() => packed(encoding), 2);
    expect((await collect()).code).toBe(0);
    expect([server.requests.length, rows().length]).toEqual([2, 2]);
  });

  it('that nobody can decode stops the run at its first answer', async () => {
    const { collect, server } = await serve(() => packed('zpaq'), 4);
    const { code, stderr } = await collect(['--concurrency', '1']);
    expect(code).toBe(3);
    expect(stderr).toContain('the Content-Encoding "zpaq"');
    expect(stderr).toContain('1 request gave no row and may have been billed');
    expect(server.requests.length).toBe(1);
  });
});

describe('TLS', () => {
  it('with a certificate that nobody trusts fails at once, and names the remedy', async () => {
    const port = await listen(createTlsServer(SELF_SIGNED, (_, response) => response.end('{}')));
    const { clock, collect } = await setUp(`https://127.0.0.1:${port}/v1`);
    const { code, stderr } = await collect();
    expect(code).toBe(3);
    expect(stderr).toContain('its certificate is not trusted: self-signed certificate');
    expect(stderr).toContain('NODE_EXTRA_CA_CERTS');
    expect(clock.waits).toEqual([]);
  });

  it('asked of a server without it fails at once', async () => {
    const port = await listen(createServer((_, response) => response.end('{}')));
    const { clock, collect } = await setUp(`https://127.0.0.1:${port}/v1`);
    const { code, stderr } = await collect();
    expect(code).toBe(3);
    expect(stderr).toContain('write the base URL with http://');
    expect(clock.waits).toEqual([]);
  });

  it('not asked of a server that has it fails at once', async () => {
    const port = await listen(createTlsServer(SELF_SIGNED, (_, response) => response.end('{}')));
    const { clock, collect } = await setUp(`http://127.0.0.1:${port}/v1`);
    const { code, stderr } = await collect();
    expect(code).toBe(3);
    expect(stderr).toContain('write the base URL with https://');
    expect(clock.waits).toEqual([]);
  });
});

describe('an answer that the server broke off', () => {
  it.each([
    ['error', 'failed'],
    ['content_filter', 'filtered'],
  ])('with finish_reason %s is none', async (finish_reason, outcome) => {
    const { collect, cwd } = await serve(
      () => ({ json: completion('toxic', { finish_reason }) }),
      1,
    );
    await collect(['--max-retries', '1']);
    const [row] = readRows(join(cwd, 'outputs/outputs.jsonl.unanswered.jsonl'));
    expect(row?.outcome).toBe(outcome);
  });
});

describe('proxies', () => {
  it('are used by ALL_PROXY, and passed over by NO_PROXY', async () => {
    const { collect, server } = await serve(() => 'toxic', 2);
    const closed = { ALL_PROXY: 'http://127.0.0.1:9' };
    expect((await collect([], closed)).code).toBe(3);
    expect(server.requests).toEqual([]);
    expect((await collect([], { ...closed, NO_PROXY: '127.0.0.1' })).code).toBe(0);
    expect(server.requests.length).toBe(2);
  });

  it('of another kind are refused by name, and no password is shown', async () => {
    const { collect } = await serve(() => 'toxic', 1);
    const { code, stderr } = await collect([], {
      ALL_PROXY: 'socks5://me:hunter22@localhost:1080',
    });
    expect(code).toBe(2);
    expect(stderr).toContain('the proxy in ALL_PROXY names a proxy of the kind socks5');
    expect(stderr).not.toContain('hunter22');
  });
});
