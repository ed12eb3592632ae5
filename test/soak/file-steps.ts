import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished } from 'vitest';

/** When a batch's record changes on disk. */
export const FILE_STEPS = [
  'before keys',
  'after keys',
  'before tracker',
  'after tracker',
  'before removal',
] as const;
export type FileStep = (typeof FILE_STEPS)[number];

/** Calls at each step of the record of batches until the test ends; what it throws is the disk's refusal. */
export function watchFileSteps(at: (step: FileStep) => void): void {
  const { renameSync, rmSync } = fs;
  fs.renameSync = (from, to) => {
    const what = kindOf(String(to));
    if (what) at(`before ${what}`);
    renameSync(from, to);
    if (what) at(`after ${what}`);
  };
  fs.rmSync = (path, options) => {
    if (kindOf(String(path)) === 'keys') at('before removal');
    rmSync(path, options);
  };
  syncBuiltinESMExports();
  onTestFinished(() => {
    Object.assign(fs, { renameSync, rmSync });
    syncBuiltinESMExports();
  });
}

function kindOf(path: string): 'keys' | 'tracker' | undefined {
  if (path.endsWith('.keys')) return 'keys';
  return path.endsWith('.batches.json') ? 'tracker' : undefined;
}
