import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type CommandName, type Finished, scratchFolder, spawnCli } from '../helpers/cli.js';

/** What a command asked of the disk, in its order; `at` in milliseconds. */
export type DiskCall = { readonly at: number } & (
  | { readonly call: 'open'; readonly fd: number; readonly path: string; readonly flags: string }
  | { readonly call: 'close'; readonly fd: number }
  /** In base64. */
  | { readonly call: 'write'; readonly fd: number; readonly bytes: string }
  | { readonly call: 'truncate'; readonly fd: number; readonly length: number }
  /** The beginning and the end of a sync, of a file or of a folder. */
  | { readonly call: 'sync'; readonly fd: number; readonly sync: number }
  | { readonly call: 'synced'; readonly sync: number }
  | { readonly call: 'mkdir' | 'unlink'; readonly path: string }
  | { readonly call: 'link' | 'rename'; readonly from: string; readonly to: string }
);

/** The files of a folder by their paths in it, and the folders in it. */
export interface Tree {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly folders: ReadonlySet<string>;
}

/** A run of a command, from what the folder held before to what it holds now. */
export interface Recording {
  readonly cwd: string;
  readonly before: Tree;
  readonly calls: readonly DiskCall[];
  readonly after: Tree;
  readonly finished: Finished;
}

const RECORDER = new URL('./record.mjs', import.meta.url).href;

/** Runs a command in a process of its own, and records its calls. */
export async function record(
  command: CommandName,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Record<string, string> },
): Promise<Recording> {
  const before = readTree(cwd);
  const log = join(scratchFolder(), 'calls.json');
  const finished = await spawnCli(command, args, {
    cwd,
    env: { ...env, NODE_OPTIONS: `--import=${RECORDER}`, DISK_CALLS: log },
  });
  if (!existsSync(log)) throw new Error(`nothing was recorded: ${finished.stderr}`);
  const calls = JSON.parse(readFileSync(log, 'utf8')) as DiskCall[];
  return { cwd, before, calls, after: readTree(cwd), finished };
}

export function readTree(folder: string): Tree {
  const files = new Map<string, Buffer>();
  const folders = new Set<string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) folders.add(relative(folder, path));
    else files.set(relative(folder, path), readFileSync(path));
  }
  return { files, folders };
}

/** How long the disk took for its slowest sync. */
export function longestSyncMs({ calls }: Recording): number {
  const begun = new Map<number, number>();
  let longest = 0;
  for (const call of calls) {
    if (call.call === 'sync') begun.set(call.sync, call.at);
    if (call.call === 'synced')
      longest = Math.max(longest, call.at - (begun.get(call.sync) ?? call.at));
  }
  return longest;
}
