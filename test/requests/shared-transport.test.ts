import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { sharedTransport } from '../../src/requests/shared-transport.js';

const index = new URL('../../dist/index.js', import.meta.url).href;

it('is one for all who go through the same proxies', () => {
  expect(sharedTransport({})).toBe(sharedTransport({ OPENAI_API_KEY: 'key' }));
  const proxied = sharedTransport({ HTTPS_PROXY: 'localhost:3128' });
  expect(proxied).not.toBe(sharedTransport({}));
  expect(proxied).toBe(sharedTransport({ HTTPS_PROXY: 'http://localhost:3128' }));
});

it('keeps no process alive, though its connections stay open', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const message = { role: 'assistant', content: 'toxic' };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ choices: [{ finish_reason: 'stop', message }] }));
    });
  });
  server.keepAliveTimeout = 0; // It never hangs up itself.
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const script = `
    import { openModel } from '${index}';
    const model = await openModel('m', { env: {}, baseUrl: '${baseUrl}' });
    const sample = { id: null, index: 0, text: 'x', label: null, humanChecked: null, jailbreaking: null };
    const verdict = await model.classify(sample, new AbortController().signal);
    console.log(verdict.outcome);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    timeout: 20_000, // Killed then, and the code is null.
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const [code] = await once(child, 'close');
  expect([code, printed]).toEqual([0, 'answered\n']);
});
