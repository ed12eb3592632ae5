import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Command, openSession, runCommand } from '../../src/cli/main.js';
import { Screen } from '../../src/cli/progress.js';
import type { Clock } from '../../src/requests/clock.js';
import { forgetSecrets } from '../../src/secrets/redact.js';
import { skippingClock } from './clock.js';

const bins = fileURLToPath(new URL('../../dist/bin/', import.meta.url));

export type CommandName = 'cascade' | 'collect' | 'evaluate' | 'train';

/** The path of a compiled command. */
export const bin = (command: CommandName) => join(bins, `${command}.js`);

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  readonly cwd: string;
  readonly env?: Record<string, string>;
  /** What is piped in. Default: nothing. */
  readonly stdin?: string | Uint8Array;
}

export interface RunOptions extends SpawnOptions {
  /** Stops the command as the first Ctrl-C does. */
  readonly signal?: AbortSignal;
  /** Default: one on which waiting takes no time. */
  readonly clock?: Clock;
}

const COMMANDS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  cascade: async () => (await import('../../src/cli/cascade.js')).cascadeCommand,
  collect: async () => (await import('../../src/cli/collect.js')).collectCommand,
  evaluate: async () => (await import('../../src/cli/evaluate.js')).evaluateCommand,
  train: async () => (await import('../../src/cli/train.js')).trainCommand,
};

/**
 * Runs a command to its end within this process, as `main` does in one of its own: for all that
 * needs no signal, no pipe and no process id.
 *
 * @returns what went to each stream, and to a screen that shows both
 */
export async function runCli(
  command: CommandName,
  args: readonly string[],
  { cwd, env = {}, signal, clock = skippingClock(), stdin = '' }: RunOptions,
): Promise<Finished & { readonly screen: string }> {
  const run = await COMMANDS[command]();
  const testEnd = new AbortController();
  const leave = enter({ cwd, env });
  const screen: string[] = [];
  const stdout: string[] = [];
  const stderr = new TextSink();
  stderr.onText = (text) => screen.push(text);
  const session = openSession(new Screen(stderr, clock.now), {
    env: { PATH: process.env.PATH ?? '', ...env },
    signal: signal ? AbortSignal.any([signal, testEnd.signal]) : testEnd.signal,
    clock: endedBy(testEnd.signal, clock),
    print: (text) => {
      screen.push(text);
      stdout.push(text);
    },
    stdin: Readable.from([Buffer.from(stdin)]),
  });
  const finished = runCommand(run, args, session).finally(leave);
  // What a test that failed has left running would be in the way of the next.
  onTestFinished(async () => {
    testEnd.abort();
    await finished;
  });
  return {
    code: await finished,
    stdout: stdout.join(''),
    stderr: stderr.text,
    screen: screen.join(''),
  };
}

/** A clock whose deadlines pass at the end of the test, if not before. */
const endedBy = (testEnd: AbortSignal, clock: Clock): Clock => ({
  ...clock,
  startDeadline(ms, onPassed) {
    if (testEnd.aborted) onPassed();
    else testEnd.addEventListener('abort', onPassed, { once: true });
    return clock.startDeadline(ms, onPassed);
  },
});

/** Keeps what is written to it. */
export class TextSink extends Writable {
  text = '';
  onText: ((text: string) => void) | undefined;

  constructor(readonly isTTY = false) {
    super({ decodeStrings: false });
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    this.onText?.(chunk);
    done();
  }
}

type Place = Required<Pick<SpawnOptions, 'cwd' | 'env'>>;

/** Where the commands that are running now were started; a process has one folder. */
let occupied: { readonly key: string; readonly restore: () => void; runs: number } | undefined;

/**
 * Makes a folder and variables those of this process: a dependency may read them itself.
 *
 * @returns how to leave again
 */
function enter(place: Place): () => void {
  const key = JSON.stringify(place);
  if (occupied !== undefined && occupied.key !== key) {
    throw new Error(`${key} cannot be entered: a command is still running in ${occupied.key}`);
  }
  const current = occupied ?? { key, restore: occupy(place), runs: 0 };
  occupied = current;
  current.runs += 1;
  return () => {
    current.runs -= 1;
    if (current.runs > 0) return;
    current.restore();
    occupied = undefined;
  };
}

function occupy({ cwd, env }: Place): () => void {
  const home = process.cwd();
  const before = { ...process.env };
  process.chdir(cwd);
  Object.assign(process.env, env);
  forgetSecrets();
  return () => {
    process.chdir(home);
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  };
}

/** Starts a compiled command with no variables but PATH and those given. */
export function startCli(
  command: CommandName,
  args: readonly string[],
  { cwd, env = {}, stdin = '' }: SpawnOptions,
): { child: ChildProcess; finished: Promise<Finished> } {
  // As the npm scripts do: without `--` Node 20 takes a command's --env-file for its own.
  const child = spawn(process.execPath, ['--', bin(command), ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => {}).end(stdin); // A command need not read it.
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, finished };
}

/** Runs a compiled command to its end, in a process of its own. */
export const spawnCli = (
  command: CommandName,
  args: readonly string[],
  options: SpawnOptions,
): Promise<Finished> => startCli(command, args, options).finished;

/** What was wrapped to the width of a screen, in one line each. */
export const unwrapped = (text: string): string => text.replace(/\n +/g, ' ');

/** A folder of the test's own, gone when it ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'toxicity-distill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
