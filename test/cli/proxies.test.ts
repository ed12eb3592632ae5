import { writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder, spawnCli } from '../helpers/cli.js';
import { readRows, writeCsv } from '../helpers/files.js';
import { closedPort } from '../helpers/hub-server.js';
import { completion, startModelServer } from '../helpers/model-server.js';
import { startProxy } from '../helpers/proxy-server.js';
import { SELF_SIGNED } from '../helpers/tls.js';

const LOGIN = 'proxyuser:hunter2-of-the-proxy';
const KEY = { OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
const FLAGS = ['--dataset', 'data.csv', '-m', 'openai:teacher', '--ds-max-size', 'all'];

function folder(): string {
  const cwd = scratchFolder();
  writeCsv(join(cwd, 'data.csv'), ['text 0', 'text 1 TOXIC']);
  return cwd;
}

async function startTlsModelServer(): Promise<string> {
  const server = createTlsServer(SELF_SIGNED, (request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(completion('toxic')));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `localhost:${(server.address() as AddressInfo).port}`;
}

const expectNoSecret = (text: string) => {
  expect(text).not.toContain('hunter2');
  expect(text).not.toContain(btoa(LOGIN));
};

describe('HTTPS_PROXY', () => {
  it('tunnels to a server with TLS, with the login of its address', async () => {
    const server = await startTlsModelServer();
    const proxy = await startProxy(LOGIN);
    const cwd = folder();
    const authority = join(cwd, 'ca.pem');
    writeFileSync(authority, SELF_SIGNED.cert);
    // Node reads its certificates when it starts.
    const { code, stdout, stderr } = await spawnCli('collect', FLAGS, {
      cwd,
      env: {
        ...KEY,
        OPENAI_BASE_URL: `https://${server}/v1`,
        HTTPS_PROXY: `http://${LOGIN}@${proxy.host}`,
        NODE_EXTRA_CA_CERTS: authority,
      },
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('labelled    2 rows')]);
    expect(readRows(join(cwd, 'outputs/outputs.jsonl')).length).toBe(2);
    expect(proxy.tunnels.map(({ target }) => target)).toContain(server);
    expect(proxy.tunnels[0]?.authorization).toBe(`Basic ${btoa(LOGIN)}`);
    expectNoSecret(stdout + stderr);
  });
});

describe.each(['HTTP_PROXY', 'ALL_PROXY', 'http_proxy'])('%s', (name) => {
  it('carries plain requests, with the login of its address', async () => {
    const server = await startModelServer(() => 'toxic');
    onTestFinished(() => server.close());
    const proxy = await startProxy(LOGIN);
    const { code, screen } = await runCli('collect', FLAGS, {
      cwd: folder(),
      env: { ...KEY, OPENAI_BASE_URL: server.url, [name]: `http://${LOGIN}@${proxy.host}` },
    });
    expect(code).toBe(0);
    expect(server.requests.length).toBe(2);
    expect(proxy.tunnels[0]?.target).toBe(new URL(server.url).host);
    expectNoSecret(screen);
  });
});

describe('a proxy that does not do its work', () => {
  const run = async (proxy: string) => {
    const server = await startModelServer(() => 'toxic');
    onTestFinished(() => server.close());
    const { code, screen } = await runCli('collect', FLAGS, {
      cwd: folder(),
      env: { ...KEY, OPENAI_BASE_URL: server.url, HTTP_PROXY: `http://${proxy}` },
    });
    expect(server.requests).toEqual([]);
    return { code, screen };
  };

  it('since it wants another login stops the run at once', async () => {
    const proxy = await startProxy('other:login');
    const { code, screen } = await run(`${LOGIN}@${proxy.host}`);
    expect([code, proxy.tunnels.length]).toEqual([3, expect.any(Number)]);
    expect(screen).toMatch(
      new RegExp(`^error: cannot ask http://\\S+: the proxy ${proxy.host} refuses the connection: HTTP 407
  it wants a login: write the proxy as http://USER:PASSWORD@HOST:PORT
$`),
    );
    expectNoSecret(screen);
  });

  it('since it is down is named', async () => {
    const host = `127.0.0.1:${await closedPort()}`;
    const { code, screen } = await run(`${LOGIN}@${host}`);
    expect(code).toBe(3);
    expect(screen).toContain(`the proxy ${host} opens no connection: connect ECONNREFUSED`);
    expect(screen).toContain('start the proxy, correct HTTP_PROXY');
    expectNoSecret(screen);
  });

  it('since it is a web server is named', async () => {
    const server = await startModelServer(() => 'toxic');
    onTestFinished(() => server.close());
    const { host } = new URL(server.url);
    const { code, screen } = await run(`${LOGIN}@${host}`);
    expect(code).toBe(3);
    expect(screen).toContain(`the proxy ${host} opens no connection`);
    expectNoSecret(screen);
  });
});
