import { existsSync, readFileSync } from 'node:fs';
import { UserError } from '../errors.js';
import { AtomicFile } from './atomic.js';
import { readBytes } from './bytes.js';
import { readRawLines } from './lines.js';
import { beginsAsRow, hasHole, withinZeros } from './torn.js';

/**
 * Takes out of a file of rows the lines in which a loss of power left zeros. Nobody else may write it
 * meanwhile. (A line at the end that was cut off is dropped when the file is opened for appending.)
 *
 * @param firstKey - with which each row begins: only such a line is dropped
 * @returns bytes that were dropped
 * @throws UserError when such a line is no row, or the file cannot be written
 */
export async function dropHoles(path: string, firstKey: string): Promise<number> {
  if (!existsSync(path) || !(await hasZero(path))) return 0;
  const holes: { readonly start: number; readonly end: number }[] = [];
  for await (const line of readRawLines(path, {})) {
    if (withinZeros(line) || !hasHole(line)) continue;
    if (!beginsAsRow(line.value, firstKey)) {
      throw new UserError(`${path} line ${line.number} has zeros in it, and is no row`, {
        hint: 'name another file, or remove that line',
      });
    }
    holes.push({ start: line.start, end: line.end + 1 });
  }
  if (holes.length === 0) return 0;
  const bytes = readFileSync(path);
  const mended = new AtomicFile(path);
  try {
    let kept = 0;
    for (const { start, end } of holes) {
      mended.write(bytes.subarray(kept, start));
      kept = end;
    }
    mended.write(bytes.subarray(kept));
    mended.commit();
  } finally {
    mended.discard();
  }
  return holes.reduce((sum, { start, end }) => sum + Math.min(end, bytes.length) - start, 0);
}

/** Hardly a file has one, and to look for it takes no lines. */
async function hasZero(path: string): Promise<boolean> {
  for await (const piece of readBytes(path)) if (piece.includes(0)) return true;
  return false;
}
