import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Usage } from './row.js';

const ROOT = new URL('../../../', import.meta.url);

/** A file of the project, such as `dist/bin/evaluate.js`. */
export const projectFile = (path: string) => fileURLToPath(new URL(path, ROOT));

const USAGE = projectFile('bench/speed/usage.cjs');

/**
 * Runs Node to its end and says what it took.
 *
 * @param args - what follows `node`
 * @throws Error with what it wrote to stderr, where it ends with another code than 0
 */
export async function measureNode(args: readonly string[], folder: string): Promise<Usage> {
  const start = performance.now();
  const child = spawn(process.execPath, ['--require', USAGE, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const [stderr, used, code] = await Promise.all([
    text(child.stdio[2] as Readable),
    text(child.stdio[3] as Readable),
    new Promise<number | null>((resolve, reject) => child.on('exit', resolve).on('error', reject)),
  ]);
  const wall = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}:\n${stderr}`);
  return { wall, ...(JSON.parse(used) as Pick<Usage, 'cpu' | 'peakMb'>) };
}
