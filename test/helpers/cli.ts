import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const bins = fileURLToPath(new URL('../../dist/bin/', import.meta.url));

export type CommandName = 'collect' | 'evaluate' | 'train';

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
}

/** Starts a compiled command with no variables but PATH and those given. */
export function startCli(
  command: CommandName,
  args: readonly string[],
  { cwd, env = {} }: SpawnOptions,
): { child: ChildProcess; finished: Promise<Finished> } {
  // As the npm scripts do: without `--` Node 20 takes a command's --env-file for its own.
  const child = spawn(process.execPath, ['--', bin(command), ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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

/** Runs a compiled command to its end. */
export const runCli = (
  command: CommandName,
  args: readonly string[],
  options: SpawnOptions,
): Promise<Finished> => startCli(command, args, options).finished;

/** A folder of the test's own, gone when it ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'toxicity-distill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
