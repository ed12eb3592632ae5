import { createHash } from 'node:crypto';
import {
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT, messageOf, systemCode, UserError } from '../errors.js';
import { forgetOwner, newOwner, type Owner, parseOwner, stateOf } from './lock-owner.js';
import { makeFolder } from './sync.js';

export interface LockOptions {
  /** Told before a wait that somebody at a screen would notice. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** How often the owner shows that it is alive. Default: 1 s. */
  readonly beatMs?: number;
  /** How long an owner that cannot be seen from here may be silent. Default: 10 s. */
  readonly watchMs?: number;
  /** Called before a lock that was found stale is taken over: a test makes others overtake there. */
  readonly beforeTakeover?: () => Promise<void>;
}

/**
 * Says that a file is ours to write, by a file beside it that names this process.
 *
 * The owner touches that file every second. Who can see the process asks the system whether it
 * lives; who cannot, on another machine or in another container, waits for a touch. No clock of two
 * machines is compared.
 */
export class FileLock {
  readonly #path: string;
  readonly #owner: Owner;
  readonly #beating: NodeJS.Timeout;
  #isLost = false;

  private constructor(path: string, owner: Owner, beatMs: number) {
    this.#path = path;
    this.#owner = owner;
    this.#beating = setInterval(() => this.#beat(), beatMs).unref();
  }

  /**
   * Takes the lock of a file. That of a process which is dead, killed say, is taken over, by one
   * of all who try.
   *
   * @throws UserError when another process writes the file, or there can be no lock beside it
   */
  static async take(file: string, options: LockOptions = {}): Promise<FileLock> {
    const owner = newOwner();
    let path = `${file}.lock`;
    let draft: string | undefined;
    try {
      path = `${placeOf(file)}.lock`;
      draft = `${path}.${owner.key}`;
      makeFolder(dirname(path));
      writeFileSync(draft, JSON.stringify(owner), { flag: 'wx' });
      await acquire(path, { ...options, draft, file });
      return new FileLock(path, owner, options.beatMs ?? BEAT_MS);
    } catch (cause) {
      forgetOwner(owner);
      if (cause instanceof UserError) throw cause;
      throw new UserError(`cannot write ${path}: ${messageOf(cause)}`, {
        hint: 'free some space, or name a file in a folder that can be written',
        exitCode: EXIT.couldNotFinish,
        cause,
      });
    } finally {
      if (draft) rmSync(draft, { force: true });
    }
  }

  /**
   * A process that was halted for long may find that its lock was taken over.
   *
   * @throws UserError when it is not this process's any more
   */
  assertHeld(): void {
    if (!this.#isLost) return;
    throw new UserError(`${this.#path} was deleted, or taken over while this run was halted`, {
      hint: 'see that no other run writes the file, then run the same command again',
      exitCode: EXIT.couldNotFinish,
    });
  }

  release(): void {
    clearInterval(this.#beating);
    if (this.#isOurs()) rmSync(this.#path, { force: true });
    forgetOwner(this.#owner);
  }

  #beat(): void {
    try {
      if (this.#isOurs()) utimesSync(this.#path, new Date(), new Date());
      else this.#isLost = true;
    } catch {
      // A disk that does not answer for a moment is no reason to stop.
    }
  }

  #isOurs(): boolean {
    return readLock(this.#path) === JSON.stringify(this.#owner);
  }
}

/** One file has one lock, by whatever links it is reached. */
function placeOf(file: string): string {
  const real = realPath(file);
  return real === resolve(file) ? file : real;
}

/** Also of a file that is not there yet, in a folder that may be linked or missing. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  const folder = dirname(resolve(path));
  if (folder === resolve(path)) return folder;
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  if (isLink) return realPath(resolve(realPath(folder), readlinkSync(path)));
  return join(realPath(folder), basename(path));
}

const BEAT_MS = 1_000;
const WATCH_MS = 10_000;

interface Acquiring extends LockOptions {
  /** A file beside the lock with what is to stand in it. */
  readonly draft: string;
  /** What the lock is of, for errors. */
  readonly file: string;
}

/**
 * Puts the draft in the place of a lock.
 *
 * A stale lock is never deleted, for meanwhile another process may have put its own there. It is
 * replaced by the one process that holds a second lock, named after what the stale one says, and
 * finds that it still says so. That second lock may be stale in its turn.
 */
async function acquire(path: string, options: Acquiring): Promise<void> {
  while (!linkOnce(options.draft, path)) {
    const found = readLock(path);
    if (found === undefined) continue; // Released just now.
    if (!(await isStale(path, found, options))) continue;
    await options.beforeTakeover?.();
    const claim = `${path}.${createHash('sha256').update(found).digest('hex').slice(0, 12)}`;
    await acquire(claim, options);
    if (readLock(path) === found) return renameSync(claim, path);
    rmSync(claim, { force: true });
  }
}

/**
 * Makes a file of the draft, whole, unless there is one.
 *
 * @returns false where there is one
 */
function linkOnce(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
  }
  try {
    copyFileSync(draft, path, constants.COPYFILE_EXCL); // A disk without hard links, exFAT say.
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @returns undefined where there is no lock; an empty text for a link or a device, never ours */
function readLock(path: string): string | undefined {
  try {
    const found = lstatSync(path);
    return found.isFile() || found.isDirectory() ? readFileSync(path, 'utf8') : '';
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @returns false when the lock has changed meanwhile
 * @throws UserError when its owner is alive
 */
async function isStale(
  path: string,
  found: string,
  { file, onNote, beatMs = BEAT_MS, watchMs = WATCH_MS }: Acquiring,
): Promise<boolean> {
  const owner = parseOwner(found);
  const state = owner ? stateOf(owner) : 'dead';
  if (state === 'dead') return true;
  if (state === 'unknown') {
    onNote?.(`waiting ${watchMs / 1000} s to see whether a run elsewhere still writes ${file}`);
    const before = touchedAt(path);
    for (let waited = 0; touchedAt(path) === before; waited += beatMs) {
      if (waited >= watchMs) return true;
      await pause(beatMs);
      if (readLock(path) !== found) return false;
    }
  }
  const where = state === 'unknown' ? ' on another machine or in another container' : '';
  throw new UserError(`process ${owner?.pid}${where} is writing ${file}`, {
    hint: `wait until it is done; if it is no run of this tool, delete ${path}`,
  });
}

const touchedAt = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs;
