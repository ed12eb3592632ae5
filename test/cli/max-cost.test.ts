import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { skippingClock } from '../helpers/clock.js';
import { readRows, writeCsv } from '../helpers/files.js';
import {
  type Answer,
  type Answering,
  type ChatRequest,
  completion,
  refusal,
  startModelServer,
} from '../helpers/model-server.js';

const PRICE = 1000; // Dollars per million tokens, in and out: a token is $0.001.

/** A server that keeps a ledger of its own: what it bills for each request. */
async function setUp(answering: (request: ChatRequest, bill: (tokens: number) => void) => Answer) {
  let billed = 0;
  let inFlight = 0;
  let mostInFlight = 0;
  const delayed: Answering = async (request) => {
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inFlight -= 1;
    return answering(request, (tokens) => {
      billed += (tokens * PRICE) / 1e6;
    });
  };
  const server = await startModelServer(delayed);
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeCsv(
    join(cwd, 'data.csv'),
    Array.from({ length: 60 }, (_, i) => `text ${i}`),
  );
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const base = ['--dataset', 'data.csv', '--ds-max-size', '60', '--price', `${PRICE}/${PRICE}`];
  const collect = (...flags: string[]) =>
    runCli('collect', ['-m', 'openai:teacher', ...base, ...flags], {
      cwd,
      env,
      clock: skippingClock(),
    });
  return {
    collect,
    server,
    billed: () => billed,
    mostInFlight: () => mostInFlight,
    rows: () => {
      const out = join(cwd, 'outputs/outputs.jsonl');
      return existsSync(out) ? readRows(out) : []; // A run without a row leaves no file.
    },
  };
}

/** An answer with its usage, and the bill for it. */
function answer(bill: (tokens: number) => void, usage: { prompt: number; answer: number }) {
  bill(usage.prompt + usage.answer);
  return {
    json: completion('toxic', {
      usage: { prompt_tokens: usage.prompt, completion_tokens: usage.answer },
    }),
  };
}

describe('--max-cost holds', () => {
  it('where a model turns out to think, and takes all of its 4,096 tokens', async () => {
    const { collect, billed } = await setUp(({ body }, bill) => {
      const limit = Number(body.max_completion_tokens ?? body.max_tokens);
      bill(200 + limit);
      const usage = { prompt_tokens: 200, completion_tokens: limit };
      return limit < 4096
        ? { json: completion('', { finish_reason: 'length', reasoning: 'hm', usage }) }
        : { json: completion('toxic', { usage }) };
    });
    const { code } = await collect('--max-cost', '15');
    expect(code).toBe(3);
    expect(billed()).toBeLessThanOrEqual(15);
    expect(billed()).toBeGreaterThan(8);
  });

  it('where answers cost ten times the estimate, but for the excess of one, which is told', async () => {
    const { collect, billed } = await setUp((_, bill) =>
      answer(bill, { prompt: 5_000, answer: 3 }),
    );
    const { code, stderr } = await collect('--max-cost', '4');
    expect(code).toBe(3);
    expect(billed()).toBe(5.003);
    expect(stderr).toContain('the run cost $5.00, $1.00 over --max-cost 4');
    expect(stderr).toContain('[over-max-cost]');
  });

  it('where the server refuses every limit on the answer: it is asked one by one', async () => {
    const { collect, billed, mostInFlight } = await setUp(({ body }, bill) => {
      for (const param of ['max_completion_tokens', 'max_tokens']) {
        if (body[param] !== undefined) {
          return refusal(400, { message: `Unsupported parameter: ${param}`, param });
        }
      }
      return answer(bill, { prompt: 200, answer: 3_000 });
    });
    await collect('--max-cost', '15');
    expect(billed()).toBeLessThanOrEqual(15);
    expect(billed()).toBeGreaterThan(6);
    expect(mostInFlight()).toBe(1);
  });

  it('where the server leaves out the tokens of the answers', async () => {
    const { collect, billed, rows } = await setUp((_, bill) => {
      bill(216);
      return { json: completion('toxic', { usage: { prompt_tokens: 200 } }) };
    });
    const { code } = await collect('--max-cost', '3');
    expect(code).toBe(3);
    expect(billed()).toBeLessThanOrEqual(3);
    expect(rows().every(({ cost_usd }) => cost_usd === null)).toBe(true);
  });

  it('where requests that end with 504 are billed, and says how many', async () => {
    const { collect, billed, rows } = await setUp((request, bill) => {
      if (request.attempt > 1) return answer(bill, { prompt: 200, answer: 3 });
      bill(203);
      return refusal(504, { message: 'too slow' });
    });
    const { code, stderr } = await collect('--max-cost', '5');
    expect(code).toBe(3);
    expect(billed()).toBeLessThanOrEqual(5);
    const onDisk = rows().reduce((sum, { cost_usd }) => sum + Number(cost_usd), 0);
    const [, requests, most] =
      /in doubt {4}(\d+) requests gave no row and may have been billed, up to \$([\d.]+)/.exec(
        stderr,
      ) ?? [];
    expect(Number(requests)).toBeGreaterThan(3);
    expect(onDisk + Number(most)).toBeGreaterThanOrEqual(billed() - 0.01);
  });
});

describe('a run with --fresh that stopped', () => {
  it('shows how to go on without paying for all rows again', async () => {
    const { collect, server, rows } = await setUp((_, bill) =>
      answer(bill, { prompt: 200, answer: 3 }),
    );
    const { stderr } = await collect('--fresh', '--max-cost', '4');
    const command =
      'collect -m openai:teacher --dataset data.csv --ds-max-size 60 --price 1000/1000 --max-cost 4';
    const left = 60 - rows().length;
    expect(stderr).toContain(`stopped early, ${left} rows left; run ${command} to go on`);
    expect(stderr).toContain(`  run ${command} to go on: --max-cost is for one run`);
    expect(stderr).not.toContain('run the same command again');
    await collect();
    expect([server.requests.length, rows().length]).toEqual([60, 60]);
  });
});
