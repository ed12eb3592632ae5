import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { slowClock } from '../helpers/clock.js';
import { hashEmbedder, makeExamples } from '../helpers/examples.js';
import { originalRow, readRows, writeRows } from '../helpers/files.js';

/** A real server that speaks OpenAI's embeddings, and answers in another order. */
async function startEmbeddingServer(status = 200) {
  const { embedder, requests } = hashEmbedder();
  const server = createServer(async (incoming, response) => {
    let received = '';
    for await (const chunk of incoming.setEncoding('utf8')) received += chunk;
    const { input } = JSON.parse(received) as { input: string[] };
    const vectors = await embedder.embed(input);
    const data = vectors.map((vector, index) => ({ index, embedding: [...vector] })).reverse();
    const usage = { prompt_tokens: 7 * input.length };
    const json = status === 200 ? { data, usage } : { error: { message: 'no key sk-12345678901' } };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(incoming.url === '/v1/embeddings' ? JSON.stringify(json) : '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { env: { OLLAMA_BASE_URL: `http://127.0.0.1:${port}/v1` }, requests };
}

function setUp() {
  const cwd = scratchFolder();
  mkdirSync(join(cwd, 'outputs'));
  const rows = (count: number, seed: number) =>
    makeExamples(count, { seed }).map(({ input, positive }, i) =>
      originalRow(i, input, positive ? 'toxic' : 'not toxic', positive ? 'toxic' : 'not toxic'),
    );
  writeRows(join(cwd, 'train.jsonl'), rows(120, 1));
  writeRows(join(cwd, 'test.jsonl'), rows(40, 2));
  return cwd;
}

const TRAIN = [
  '--train-file',
  'train.jsonl',
  '--exclude',
  'test.jsonl',
  '--student',
  's.json',
].concat('--embeddings');

it('trains on embeddings of a server, then asks the same server to evaluate', async () => {
  const cwd = setUp();
  const { env, requests } = await startEmbeddingServer();
  const trained = await runCli('train', [...TRAIN, 'ollama:nomic-embed-text'], { cwd, env });
  expect(trained.stderr).toContain('embedded    120 texts, 0 from the cache');
  expect(trained.stderr).toContain('cost        $0, 840 tokens');
  expect([trained.code, requests.map(({ length }) => length)]).toEqual([0, [64, 56]]);
  const evaluate = ['-m', 'student:s.json', '--eval-file', 'test.jsonl'];
  const evaluated = await runCli('evaluate', evaluate, { cwd, env });
  expect([evaluated.code, requests.length]).toEqual([0, 42]);
  expect(evaluated.stdout).toContain('answered 40 of 40 rows');
  const [row] = readRows(join(cwd, 'outputs/test.embedded-student-s.jsonl'));
  expect(row).toMatchObject({ usage: { prompt_tokens: 7 }, score: expect.any(Number) });
});

it('says how far embedding has come', async () => {
  const { env } = await startEmbeddingServer();
  const options = { cwd: setUp(), env, clock: slowClock(10_000) };
  const { stderr } = await runCli('train', [...TRAIN, 'ollama:nomic-embed-text'], options);
  expect(stderr).toMatch(/^embedding: 64\/120 texts, /m);
});

it('stops where the server refuses the key, and shows no key', async () => {
  const { env } = await startEmbeddingServer(401);
  const { code, stderr } = await runCli('train', [...TRAIN, 'ollama:x'], { cwd: setUp(), env });
  expect(code).toBe(3);
  expect(stderr).toContain('ollama refuses a request without a key');
  expect(stderr).not.toContain('12345678901');
});
