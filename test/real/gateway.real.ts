import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scratchFolder, spawnCli } from '../helpers/cli.js';
import { readRows } from '../helpers/files.js';
import { startLlama } from './llama-server.js';
import { type RealServer, startServer } from './server.js';
import { virtualEnvironment } from './venv.js';

const KEY = 'sk-gateway-0123456789abcdef';
const MODEL = 'local/smol/lm2';

const servers: RealServer[] = [];
let url: string;
beforeAll(async () => {
  const llama = await startLlama();
  servers.push(llama);
  const folder = virtualEnvironment('litellm', ['litellm[proxy]==1.108.7']);
  const config = join(folder, 'test.json');
  const backend = { model: 'openai/smollm2', api_base: llama.url, api_key: 'none', rpm: 5 };
  const models = [{ model_name: MODEL, litellm_params: backend }];
  // YAML takes JSON.
  const settings = { model_list: models, general_settings: { master_key: KEY } };
  writeFileSync(config, JSON.stringify(settings));
  const args = ['--config', config, '--host', '127.0.0.1', '--port'];
  const program = join(folder, 'bin', 'litellm');
  const gateway = await startServer(program, (port) => [...args, String(port)]);
  servers.push(gateway);
  url = gateway.url;
});
afterAll(() => Promise.all(servers.map((server) => server.kill())));

async function collect(model: string, flags: readonly string[] = [], key = KEY) {
  const cwd = scratchFolder();
  const args = ['--base-url', url, '--api-key-env', 'KEY', '-m', model, '--dataset', 'sample'];
  const all = [...args, '--out', 'o.jsonl', ...flags];
  const ran = await spawnCli('collect', all, { cwd, env: { KEY: key } });
  return { ...ran, unanswered: () => readRows(join(cwd, 'o.jsonl.unanswered.jsonl')) };
}

it.each([
  ['nobody/x', KEY, 'custom has no model "nobody/x"'],
  [MODEL, 'sk-wrong-0123456789', 'custom refuses the key in KEY'],
])('a run on %s with the key %s stops at once', async (model, key, error) => {
  const { code, stderr } = await collect(model, [], key);
  expect(code).toBe(3);
  expect(stderr).toContain(error);
});

it('a model with slashes in its name answers, within the limits of the gateway', async () => {
  const flags = ['--ds-max-size', '7', '--keep-going', '-v'];
  const { stderr, unanswered } = await collect(MODEL, flags);
  expect(stderr).toContain('HTTP 429: litellm.RateLimitError');
  expect(stderr.match(/^row \d+: /gm)).toHaveLength(7);
  expect(unanswered().filter(({ outcome }) => outcome === 'failed')).toEqual([]);
});
