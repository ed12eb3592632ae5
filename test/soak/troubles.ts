import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Finished } from '../helpers/cli.js';
import type { SmallDisk } from './small-disk.js';

/** A run of collect that trouble is made for. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** The label file. */
  readonly out: string;
  readonly disk: SmallDisk | undefined;
  readonly upTo: (most: number) => number;
  /** Requests that it has sent. */
  sent(): number;
  /** Runs the same command beside it, with another key. */
  second(): Promise<Finished & { readonly requests: number }>;
}

/** What a trouble did. */
export interface Made {
  /** Lines of the label file that it destroyed. */
  readonly destroyed?: readonly string[];
  /** What the run must then say. */
  readonly says?: RegExp;
}

export interface Trouble {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly needsDisk?: true;
  /** Requests may time out meanwhile. */
  readonly halts?: true;
  /** Called when the run has been started. */
  make(run: Running): Promise<Made>;
}

/** Waits until the run has sent some requests, which no machine is too busy for, or is over. */
async function someWork({ finished, sent, upTo }: Running): Promise<void> {
  const wanted = sent() + upTo(80);
  let isOver = false;
  void finished.then(() => {
    isOver = true;
  });
  while (!isOver && sent() < wanted) await pause(2);
  await pause(upTo(60));
}

/** Halts a run, works meanwhile, and lets it go on. */
async function whileHalted<T>({ child }: Running, work: () => T | Promise<T>): Promise<T> {
  child.kill('SIGSTOP');
  try {
    return await work();
  } finally {
    child.kill('SIGCONT');
  }
}

export const NO_TROUBLE: Trouble = { name: 'none', make: async () => ({}) };

export const TROUBLES: readonly Trouble[] = [
  NO_TROUBLE,
  {
    name: 'SIGKILL',
    async make(run) {
      await someWork(run);
      run.child.kill('SIGKILL');
      return {};
    },
  },
  {
    name: 'SIGTERM',
    async make(run) {
      await someWork(run);
      run.child.kill('SIGTERM');
      return {};
    },
  },
  {
    name: 'SIGTERM twice',
    async make(run) {
      await someWork(run);
      run.child.kill('SIGTERM');
      await pause(run.upTo(100));
      run.child.kill('SIGTERM');
      return {};
    },
  },
  {
    name: 'SIGSTOP',
    halts: true,
    async make(run) {
      for (let times = 1 + run.upTo(2); times > 0; times -= 1) {
        await someWork(run);
        await whileHalted(run, () => pause(200 + run.upTo(1_800)));
      }
      return {};
    },
  },
  {
    name: 'full disk',
    needsDisk: true,
    async make(run) {
      await someWork(run);
      run.disk?.fill(run.upTo(6));
      const { code } = await run.finished;
      run.disk?.empty();
      return code === 0 ? {} : { says: /no space left|stopped before passing/ };
    },
  },
  {
    name: 'truncation',
    halts: true,
    async make(run) {
      await someWork(run);
      return whileHalted(run, () => truncate(run));
    },
  },
  {
    name: 'two runs',
    halts: true,
    async make(run) {
      await someWork(run);
      await whileHalted(run, () => startSecond(run));
      return {};
    },
  },
  {
    name: 'clock jumps',
    env: { NODE_OPTIONS: `--import=${new URL('./clock-jumps.mjs', import.meta.url).href}` },
    make: async () => ({}),
  },
];

/** Cuts the label file after one of its lines. */
function truncate(run: Running): Made {
  const { out, upTo } = run;
  if (!hasOpened(run)) return {};
  const lines = readFileSync(out, 'utf8').split('\n').slice(0, -1);
  const kept = upTo(lines.length);
  const destroyed = lines.slice(kept);
  if (destroyed.length === 0) return {};
  truncateSync(
    out,
    Buffer.byteLength(
      lines
        .slice(0, kept)
        .map((line) => `${line}\n`)
        .join(''),
    ),
  );
  return { destroyed, says: /changed by another program while|stopped before passing/ };
}

/** A second run is refused, and has touched nothing. */
async function startSecond(run: Running): Promise<void> {
  const { out, second } = run;
  if (!hasOpened(run)) return;
  const before = readFileSync(out);
  const { code, stderr, requests } = await second();
  expect([code, requests]).toEqual([2, 0]);
  expect(stderr).toContain('is writing');
  expect(readFileSync(out).equals(before)).toBe(true);
}

/** Whether the run has opened its file: one that was killed may have left another lock. */
function hasOpened({ child, out }: Running): boolean {
  if (!existsSync(`${out}.lock`) || !existsSync(out)) return false;
  const { pid } = JSON.parse(readFileSync(`${out}.lock`, 'utf8')) as { pid?: number };
  return pid === child.pid;
}
