/**
 * What a server that refuses 2% of all requests at random, with `Retry-After: 1`, takes of the rate:
 *
 *   npm run bench:complaints [-- --short]
 *
 * Runs without and with refusals alternate, against a server in the same process that answers after
 * 200 ms. A single refusal concerns its request alone: a run that lets all others wait as well falls
 * to a quarter. It ends with 1 where the ratio of the rates falls below the floor.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { collect, type Dataset, openModel, openTransport } from '../src/index.js';

const isShort = process.argv.includes('--short');
const ROWS = isShort ? 400 : 1_500;
const PAIRS = isShort ? 1 : 4;
const LATENCY_MS = 200;
const CONCURRENCY = 32;
const REFUSED_PERCENT = 2;
/**
 * A refused row waits a second where others take 0.2, which keeps a tenth of the rows in flight idle,
 * and the last ones are waited for, which weighs more in a short run. Where everybody waited, the
 * ratio was 0.25.
 */
const FLOOR = isShort ? 0.35 : 0.5;

const random = xoroshiro128plus(20_261_125);
let refusedPercent = 0;
let refused = 0;

const ANSWER = JSON.stringify({
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'toxic' } }],
  usage: { prompt_tokens: 100, completion_tokens: 1, total_tokens: 101 },
});

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const isRefused = uniformInt(random, 1, 100) <= refusedPercent;
    if (isRefused) refused += 1;
    setTimeout(() => {
      response.writeHead(isRefused ? 429 : 200, {
        'content-type': 'application/json',
        ...(isRefused ? { 'retry-after': '1' } : {}),
      });
      response.end(isRefused ? '{"error":{"message":"slow down"}}' : ANSWER);
    }, LATENCY_MS);
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const env = {
  OPENAI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
  OPENAI_API_KEY: 'none',
};
const transport = openTransport(env);
const folder = mkdtempSync(join(tmpdir(), 'bench-complaints-'));

const dataset: Dataset = {
  name: 'made',
  split: null,
  async *rows() {
    for (let index = 0; index < ROWS; index++) {
      const text = `text ${index}`;
      yield { id: null, index, text, label: null, humanChecked: null, jailbreaking: null };
    }
  },
};

/** @returns rows a second of a whole run with so many refusals */
async function rate(percent: number, run: string): Promise<number> {
  refusedPercent = percent;
  const model = await openModel('openai:teacher', {
    env,
    transport,
    limits: { concurrency: CONCURRENCY },
  });
  const start = performance.now();
  const { stoppedBy } = await collect({
    dataset,
    model,
    out: join(folder, `${run}-${percent}.jsonl`),
    concurrency: CONCURRENCY,
  });
  if (stoppedBy !== undefined) throw stoppedBy;
  return ROWS / ((performance.now() - start) / 1000);
}

const pairs: { clean: number; refusing: number }[] = [];
for (let i = 0; i < PAIRS; i++) {
  const clean = await rate(0, String(i));
  pairs.push({ clean, refusing: await rate(REFUSED_PERCENT, String(i)) });
}
await transport.close();
server.close();
rmSync(folder, { recursive: true, force: true });

const ratios = pairs.map(({ clean, refusing }) => refusing / clean);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const spread = (values: readonly number[], digits: number) =>
  `${mean(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}-${Math.max(...values).toFixed(digits)})`;

process.stdout.write(`${PAIRS} x ${ROWS} rows, ${CONCURRENCY} in flight, ${refused} requests refused; mean (lowest-highest)

| refused at random | rows/s | ratio |
|---|---|---|
| 0% | ${spread(
  pairs.map(({ clean }) => clean),
  0,
)} | 1 |
| ${REFUSED_PERCENT}%, Retry-After: 1 | ${spread(
  pairs.map(({ refusing }) => refusing),
  0,
)} | ${spread(ratios, 2)} |

the ratio must be at least ${FLOOR}: ${mean(ratios) >= FLOOR ? 'kept' : 'BROKEN'}
`);
process.exitCode = mean(ratios) >= FLOOR ? 0 : 1;
