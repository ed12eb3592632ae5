import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import leven from 'leven';

/** Files of a folder, sorted; none where it cannot be read. */
export function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The file beside a path whose name is nearly the same: what a typo was meant to be. */
export function nearFile(path: string): string | undefined {
  const name = basename(path).toLowerCase();
  // Two letters in each other's place are two edits.
  const most = Math.min(2, Math.floor(name.replace(/\..*$/, '').length / 2));
  const [nearest] = filesIn(dirname(path))
    .map((file) => ({ file, distance: leven(basename(file).toLowerCase(), name) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return nearest?.file;
}
