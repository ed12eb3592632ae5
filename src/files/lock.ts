import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, messageOf, systemCode, UserError } from '../errors.js';

const UNKNOWN = 'unknown';

/** Says that a file is ours to write, by the process id in a file beside it. */
export class FileLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Takes the lock of a file. That of a process which is dead, killed say, is taken over.
   *
   * @throws UserError when another process writes the file
   */
  static take(file: string): FileLock {
    const path = `${file}.lock`;
    mkdirSync(dirname(path), { recursive: true });
    while (!create(path)) {
      const owner = readOwner(path);
      if (owner === undefined) continue; // Released just now.
      if (owner === UNKNOWN || isAlive(owner)) {
        throw new UserError(`process ${owner} is writing ${file}`, {
          hint: `wait for it, or write to another file; if it is no run of this tool, delete ${path}`,
        });
      }
      rmSync(path, { force: true });
    }
    return new FileLock(path);
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }
}

/** @returns false when the lock file exists */
function create(path: string): boolean {
  try {
    const descriptor = openSync(path, 'wx');
    writeSync(descriptor, String(process.pid));
    closeSync(descriptor);
    return true;
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return false;
    throw new UserError(`cannot write ${path}: ${messageOf(cause)}`, {
      hint: 'name a file in a folder that can be written',
      exitCode: EXIT.couldNotFinish,
      cause,
    });
  }
}

/** @returns the process id, unknown where it is not written yet, undefined where there is no lock */
function readOwner(path: string): number | typeof UNKNOWN | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : UNKNOWN;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM'; // Alive, but another user's.
  }
}
