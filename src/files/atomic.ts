import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, messageOf, UserError } from '../errors.js';

/**
 * Writes a file whole or not at all: to a temporary name beside it, then moved into place. What
 * was there before stays until then.
 *
 * @param chunks - the texts that make up the file, in UTF-8
 * @throws UserError when it cannot be written; what making the chunks throws is passed on
 */
export function writeAtomically(path: string, chunks: Iterable<string>): void {
  const temporary = `${path}.${process.pid}.tmp`;
  const descriptor = guard(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(temporary, 'w');
  });
  try {
    try {
      for (const chunk of chunks) guard(path, () => writeFileSync(descriptor, chunk));
      guard(path, () => fsyncSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
    guard(path, () => renameSync(temporary, path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new UserError(`cannot write ${path}: ${messageOf(cause)}`, {
      hint: 'free some space, or name a file in a folder that can be written',
      exitCode: EXIT.couldNotFinish,
      cause,
    });
  }
}
