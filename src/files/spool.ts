import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EXIT, messageOf, UserError } from '../errors.js';

/** A file of this process alone. */
export interface Spooled {
  readonly path: string;
  /** Deletes it; a second time does nothing. The end of the process does it too. */
  remove(): void;
}

/**
 * Keeps a stream, which can be read only once, in a temporary file that only its user may read.
 *
 * @throws UserError (exit 3) when there is no room for it
 */
export async function spool(stream: AsyncIterable<Uint8Array>): Promise<Spooled> {
  const folder = mkdtempSync(join(tmpdir(), 'toxicity-distill-'));
  const remove = () => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  const path = join(folder, 'stdin');
  try {
    await pipeline(stream, createWriteStream(path, { mode: 0o600 }));
  } catch (cause) {
    remove();
    throw new UserError(`cannot keep what was piped in: ${messageOf(cause)}`, {
      hint: `free some space in ${tmpdir()}, or set TMPDIR to a folder with more`,
      exitCode: EXIT.couldNotFinish,
      cause,
    });
  }
  return { path, remove };
}
