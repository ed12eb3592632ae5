import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A disk of 2 MB that a test can fill. */
export interface SmallDisk {
  /** Takes all its room but so many pages of 4 KB. */
  fill(pagesLeft: number): void;
  empty(): void;
}

/**
 * Mounts a small disk at a folder for the length of the test.
 *
 * @returns undefined where nothing may be mounted
 */
export function mountSmallDisk(folder: string): SmallDisk | undefined {
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  if (status !== 0) return undefined;
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  const filler = join(folder, 'filler');
  return {
    fill(pagesLeft) {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail - pagesLeft) * bsize, 'x'));
    },
    empty: () => rmSync(filler, { force: true }),
  };
}
