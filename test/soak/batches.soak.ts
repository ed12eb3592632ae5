import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it, onTestFinished } from 'vitest';
import { type CollectSummary, collect } from '../../src/collect.js';
import { openDataset } from '../../src/datasets/index.js';
import { openModel } from '../../src/models/index.js';
import { type Clock, systemClock } from '../../src/requests/clock.js';
import {
  type Action,
  type BatchServer,
  type Course,
  type Moment,
  sendJson,
  startBatchServer,
  textOf,
} from '../helpers/batch-server.js';
import { scratchFolder, startCli } from '../helpers/cli.js';
import { readRows, writeCsv } from '../helpers/files.js';
import { completion } from '../helpers/model-server.js';
import { FILE_STEPS, type FileStep, watchFileSteps } from './file-steps.js';
import { labelOf } from './ledger.js';

/** How long schedules are drawn. */
const SECONDS = Number(process.env.SOAK_SECONDS ?? 20);
const SEED = Number(process.env.SOAK_SEED ?? 20_261_130);
const ROWS = 20;
/** In peace a file is done in so many runs: each takes what ended, and submits what did not. */
const CALM_RUNS = 25;
const TROUBLED_RUNS = 4;

const ACTIONS: readonly Action[] = [
  ...([
    'upload',
    'create',
    'create',
    'retrieve',
    'download',
    'list files',
    'list batches',
  ] as const),
];
const MOMENTS: readonly Moment[] = [
  ...ACTIONS.flatMap((action): Moment[] => [`before ${action}`, `after ${action}`]),
  ...(['within download', 'within download'] as const),
];

type UpTo = (most: number) => number;

/** What happens to one run at a moment of the server's. */
interface Plan {
  readonly moment: Moment | FileStep;
  /** How often that comes before it happens. */
  readonly times: number;
  readonly kind: 'kill' | 'break' | 'refuse' | 'disk';
  /** Whether the tracker is lost afterwards, as on another machine. */
  readonly losesTracker: boolean;
}

function draw(upTo: UpTo): Plan {
  const losesTracker = upTo(5) === 0;
  const step = FILE_STEPS[upTo(FILE_STEPS.length * 5)];
  if (step) return { moment: step, times: upTo(4), kind: 'disk', losesTracker };
  return {
    moment: MOMENTS[upTo(MOMENTS.length - 1)] ?? 'after create',
    times: upTo(2),
    kind: (['kill', 'kill', 'kill', 'break', 'refuse'] as const)[upTo(4)] ?? 'kill',
    losesTracker,
  };
}

/** Which way a batch goes: two in three complete, the others end early with a part of their work. */
function courseOf(upTo: UpTo): Course {
  const ends = [
    'completed',
    'completed',
    'completed',
    'completed',
    'expired',
    'cancelled',
  ] as const;
  const isSlow = upTo(1) === 0;
  return [
    'validating',
    ...(isSlow ? (['in_progress'] as const) : []),
    ends[upTo(5)] ?? 'completed',
  ];
}

/** A server, a folder, and what befalls the runs between them. */
interface Scene {
  readonly server: BatchServer;
  readonly cwd: string;
  readonly upTo: UpTo;
  /** What has befallen them, for whoever has to find out why the books are wrong. */
  readonly story: string[];
  /** Called at each moment. */
  trouble: (moment: Moment | FileStep) => 'hang' | 'break' | 'refuse' | 'disk' | undefined;
}

async function setScene(upTo: UpTo): Promise<Scene> {
  const unfinished = new Set(Array.from({ length: 3 }, () => `text ${upTo(ROWS - 1)}`));
  const scene = { trouble: () => undefined } as Pick<Scene, 'trouble'>;
  const server = await startBatchServer({
    shuffle: upTo,
    hasRanges: upTo(1) === 0,
    keepsMetadata: upTo(3) > 0,
    courseOf: () => courseOf(upTo),
    answer: (request) => {
      const text = textOf(request);
      if (request.custom_id !== '' && unfinished.delete(text)) return 'not done';
      return { json: completion(labelOf(text)) };
    },
    at: (moment, response) => {
      const what = scene.trouble(moment);
      if (what === 'hang') return new Promise(() => {});
      if (what === 'break') response.destroy();
      // A server that says 429 has done nothing.
      const status = moment.startsWith('before') && upTo(1) === 0 ? 429 : 500;
      if (what === 'refuse') sendJson(response, { error: { message: 'no' } }, status);
      return undefined;
    },
  });
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeCsv(
    join(cwd, 'data.csv'),
    Array.from({ length: ROWS }, (_, i) => `text ${i}`),
  );
  return Object.assign(scene, { server, cwd, upTo, story: [] });
}

const OUT = 'labels.jsonl';

/** One run. `kill` halts it for good, wherever it is: what it has on disk is what a SIGKILL leaves. */
async function startRun({ server, cwd, upTo }: Scene) {
  let isKilled = false;
  let kill = () => {};
  const killed = new Promise<'killed'>((resolve) => {
    kill = () => {
      isKilled = true;
      resolve('killed');
    };
  });
  const clock: Clock = {
    ...systemClock,
    sleep: async (_, signal) => {
      if (isKilled) await new Promise(() => {});
      await turn();
      signal.throwIfAborted();
    },
  };
  const model = await openModel('openai:teacher', {
    env: { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-soak-batches' },
    batch: true,
    limits: { clock },
    prices: { price: { input: 1, output: 2, basis: 'as given' } },
  });
  const dataset = await openDataset(join(cwd, 'data.csv'));
  const out = join(cwd, OUT);
  const run = collect({ dataset, model, out, batch: { size: 4 + upTo(8) } });
  return { kill, ended: Promise.race([killed, run]) };
}

it('submits no row twice and loses none, whenever it is killed', async () => {
  const begun = performance.now();
  const happened = new Map<string, number>();
  let scene: Scene | undefined;
  watchFileSteps((step) => {
    if (scene?.trouble(step) === 'disk') throw new Error(`no disk ${step}`);
  });
  let schedules = 0;
  for (; schedules === 0 || performance.now() - begun < SECONDS * 1000; schedules += 1) {
    // Each has a seed of its own, so that one that goes wrong can be seen again alone.
    const random = xoroshiro128plus(SEED + schedules);
    scene = await setScene((most) => uniformInt(random, 0, most));
    scene.story.push(`SOAK_SEED=${SEED + schedules}`);
    await oneSchedule(scene, happened);
  }
  const counts = [...happened].map(([what, times]) => `${what} ${times}`).sort();
  process.stderr.write(
    `soak: seed ${SEED}, ${schedules} schedules of ${ROWS} rows: ${counts.join(', ')}\n`,
  );
});

/** Labels one file through troubles, then in peace, and settles the accounts. */
async function oneSchedule(scene: Scene, happened: Map<string, number>): Promise<void> {
  const { cwd, upTo } = scene;
  let killed = 0;
  for (let i = 0; i < TROUBLED_RUNS; i += 1) {
    const plan = draw(upTo);
    const run = await startRun(scene);
    let left = plan.times;
    let isOver = false;
    scene.trouble = (moment) => {
      if (isOver && plan.kind === 'kill') return 'hang'; // Nobody is there any more.
      if (isOver || moment !== plan.moment || left-- > 0) return undefined;
      isOver = true;
      const what = `${plan.kind} ${moment}`;
      happened.set(what, (happened.get(what) ?? 0) + 1);
      scene.story.push(what);
      if (plan.kind !== 'kill') return plan.kind;
      run.kill();
      return 'hang';
    };
    scene.story.push(`run ${i + 1}`);
    const end = await run.ended;
    scene.trouble = () => undefined;
    if (end === 'killed') {
      killed += 1;
      rmSync(join(cwd, `${OUT}.lock`), { force: true }); // Of a process that is dead.
    } else refuseDefects(end);
    checkBooks(scene, killed);
    if (plan.losesTracker) scene.story.push('tracker lost');
    if (plan.losesTracker) rmSync(join(cwd, `${OUT}.batches.json`), { force: true });
  }
  for (let calm = 0; calm === 0 || rowsOn(cwd).length < ROWS; calm += 1) {
    expect(calm, 'it does not come to an end').toBeLessThan(CALM_RUNS);
    const end = await (await startRun(scene)).ended;
    if (end !== 'killed') refuseDefects(end);
    checkBooks(scene, killed);
  }
  await scene.server.close();
}

/** A run may stop for what the server did, and for nothing else. */
function refuseDefects({ stoppedBy }: CollectSummary): void {
  if (stoppedBy !== undefined) expect(stoppedBy).toMatchObject({ name: 'UserError', exitCode: 3 });
}

function rowsOn(cwd: string): string[] {
  try {
    return readRows(join(cwd, OUT)).map(({ input }) => String(input));
  } catch {
    return []; // None yet, or a line that a kill cut short: the next run drops it.
  }
}

/**
 * No row is in a batch while another has it or has answered it, and each is on disk once. The row that a
 * run asks at once first may be lost with the run, as any that is in flight.
 */
function checkBooks({ server, cwd, story }: Scene, killed: number): void {
  expect(server.doubles, `submitted twice: ${story.join(', ')}`).toEqual([]);
  expect(
    [...server.billed].filter(([, times]) => times > 1),
    'billed twice',
  ).toEqual([]);
  const rows = rowsOn(cwd);
  expect(new Set(rows).size, 'a row is on disk twice').toBe(rows.length);
  expect(server.asked.length).toBeLessThanOrEqual(1 + killed + rows.length);
  if (rows.length < ROWS) return;
  const atOnce = new Set(server.asked);
  const inBatches = new Set(
    server.batches.flatMap(({ requests, done }) =>
      requests.filter(({ custom_id }) => done.has(custom_id)).map(textOf),
    ),
  );
  expect(new Set([...atOnce, ...inBatches]), 'billed = on disk').toEqual(new Set(rows));
}

const FLAGS = ['-m', 'openai:teacher', '--dataset', 'data.csv', '--out', OUT];

/** A run of its own process, which may be told to kill itself at a step of the record of batches. */
function startProcess({ server, cwd }: Scene, step?: string) {
  const preload = (name: string) => `--import=${new URL(name, import.meta.url).href}`;
  const files = ['./quick-clock.mjs', ...(step === undefined ? [] : ['./kill-at-step.mjs'])];
  return startCli('collect', [...FLAGS, '--batch', '--batch-size', '7'], {
    cwd,
    env: {
      OPENAI_BASE_URL: server.url,
      OPENAI_API_KEY: 'sk-soak-batches',
      NODE_OPTIONS: files.map(preload).join(' '),
      ...(step === undefined ? {} : { KILL_AT_STEP: step }),
    },
  });
}

/** Runs in peace until each row is on disk. */
async function goOn(scene: Scene, killed: number): Promise<void> {
  for (let calm = 0; calm === 0 || rowsOn(scene.cwd).length < ROWS; calm += 1) {
    expect(calm).toBeLessThan(CALM_RUNS);
    const { code, stderr } = await startProcess(scene).finished;
    expect([0, 3], stderr).toContain(code);
    checkBooks(scene, killed);
  }
}

it('goes on where the system has killed it', async () => {
  const random = xoroshiro128plus(SEED);
  const scene = await setScene((most) => uniformInt(random, 0, most));
  const moments: Moment[] = ['after create', 'after upload', 'within download', 'before create'];
  let killed = 0;
  for (const moment of moments) {
    const { child, finished } = startProcess(scene);
    scene.trouble = (now) => {
      if (now === moment) child.kill('SIGKILL');
      return undefined;
    };
    const { code } = await finished;
    scene.trouble = () => undefined;
    if (code === null) killed += 1;
    checkBooks(scene, killed);
  }
  await goOn(scene, killed);
  expect(killed).toBeGreaterThan(1);
});

it.each([
  ...['keys 1 before', 'keys 1 after', 'tracker 2 after', 'tracker 3 before', 'tracker 4 after'],
  ...['removal 1 before', 'removal 1 after'],
])('goes on where it was killed at %s of the record', async (step) => {
  const scene = await setScene(() => 0);
  expect((await startProcess(scene, step).finished).code).toBeNull();
  checkBooks(scene, 1);
  await goOn(scene, 1);
});
