/** Rows put to a server on this machine: what `collect` takes beside a bare pool of connections. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { moderator } from '../../src/prompts/moderator.js';
import { renderMessages } from '../../src/prompts/prompt.js';
import { TOXICITY } from '../../src/task/task.js';
import { datasetTexts, makeDataset, writeJsonl } from './made-files.js';
import { measureNode, projectFile } from './process.js';
import type { Pair, SpeedRow, Usage, Workplace } from './row.js';

interface ServedRun {
  /** At full scale. */
  readonly rows: number;
  readonly delayMs: number;
  readonly inFlight: number;
}

/** A server that answers after a delay. */
export async function startServer(delayMs: number, refused = 0) {
  const args = [projectFile('bench/speed/local-server.mjs'), `${delayMs}`, `${refused}`];
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(server.stdout, 'data')) as [Buffer];
  const origin = `http://127.0.0.1:${Number(port)}`;
  return {
    origin,
    async close() {
      server.kill();
      await once(server, 'exit');
    },
  };
}

/** One run of `collect` into an empty file. */
async function collectFrom(
  origin: string,
  { folder, dataset, inFlight }: { folder: string; dataset: string; inFlight: number },
): Promise<Usage> {
  const out = join(folder, 'out.jsonl');
  rmSync(out, { force: true });
  const collect = [projectFile('dist/bin/collect.js'), '-m', 'teacher'];
  const where = ['--base-url', `${origin}/v1`, '--concurrency', `${inFlight}`];
  return measureNode([...collect, ...where, '--dataset', dataset, '--out', out], folder);
}

/** What `collect` sends of each row. */
function makeBodies(folder: string, rows: number): string {
  function* bodies() {
    const prompt = moderator.of(TOXICITY);
    for (const text of datasetTexts(rows)) {
      yield {
        model: 'teacher',
        messages: renderMessages(prompt, text),
        temperature: 0,
        max_tokens: prompt.answerTokens,
        logprobs: true,
        top_logprobs: 5,
      };
    }
  }
  return writeJsonl(join(folder, 'bodies.jsonl'), bodies());
}

const besidePool =
  ({ rows, delayMs, inFlight }: ServedRun) =>
  async ({ folder, scale }: Workplace): Promise<Pair> => {
    const dataset = makeDataset(folder, rows * scale);
    const bodies = makeBodies(folder, rows * scale);
    const { origin, close } = await startServer(delayMs);
    const pool = projectFile('bench/speed/pool-requests.mjs');
    return {
      anchor: () => measureNode([pool, origin, `${inFlight}`, bodies], folder),
      ours: () => collectFrom(origin, { folder, dataset, inFlight }),
      close,
    };
  };

/** So many requests after the start of a run, one is refused: the limit is still being found out. */
const STRAY = 10;

/** The same run with and without one refusal. */
const besideItself =
  ({ rows, delayMs, inFlight }: ServedRun) =>
  async ({ folder, scale }: Workplace): Promise<Pair> => {
    const dataset = makeDataset(folder, rows * scale);
    const clean = await startServer(delayMs);
    const refusing = await startServer(delayMs, STRAY);
    return {
      anchor: () => collectFrom(clean.origin, { folder, dataset, inFlight }),
      ours: async () => {
        await fetch(refusing.origin);
        return collectFrom(refusing.origin, { folder, dataset, inFlight });
      },
      async close() {
        await Promise.all([clean.close(), refusing.close()]);
      },
    };
  };

const POOL = 'a bare undici Pool that sends the same bodies';
const AT_ONCE: ServedRun = { rows: 50_000, delayMs: 0, inFlight: 64 };

export const SERVER_ROWS: readonly SpeedRow[] = [
  {
    name: 'served-rate',
    what: 'collect, 50,000 rows, a server at 0 ms, 64 in flight',
    anchor: POOL,
    figure: 'rate',
    goal: 0.4,
    limit: 0.15,
    open: besidePool(AT_ONCE),
  },
  {
    name: 'served-cpu',
    what: 'the same',
    anchor: POOL,
    figure: 'cpu',
    goal: 3,
    limit: 6,
    open: besidePool(AT_ONCE),
  },
  {
    name: 'served-50ms',
    what: 'collect, 50,000 rows, a server at 50 ms, 64 in flight',
    anchor: POOL,
    figure: 'rate',
    goal: 0.97,
    limit: 0.15,
    turns: 1,
    open: besidePool({ rows: 50_000, delayMs: 50, inFlight: 64 }),
  },
  {
    name: 'served-short',
    what: 'collect, 5,080 rows, a server at 50 ms, 64 in flight',
    anchor: POOL,
    figure: 'rate',
    goal: 0.92,
    limit: 0.15,
    open: besidePool({ rows: 5_080, delayMs: 50, inFlight: 64 }),
  },
  {
    name: 'served-300ms',
    what: 'collect, 10,000 rows, a server at 300 ms, 256 in flight',
    anchor: POOL,
    figure: 'rate',
    goal: 0.92,
    limit: 0.15,
    turns: 2,
    open: besidePool({ rows: 10_000, delayMs: 300, inFlight: 256 }),
  },
  {
    name: 'stray-refusal',
    what: 'collect, 10,000 rows, a server at 300 ms, 256 in flight, one 429 at the start',
    anchor: 'the same run without the 429',
    figure: 'wall',
    goal: 1.1,
    limit: 2,
    turns: 2,
    open: besideItself({ rows: 10_000, delayMs: 300, inFlight: 256 }),
  },
];
