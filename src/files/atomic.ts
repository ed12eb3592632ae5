import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, type ExitCode, messageOf, UserError } from '../errors.js';
import { redact, redactJson, redactMarkup } from '../secrets/redact.js';
import { refuseSpecialFile } from './jsonl.js';
import { makeFolder, syncFolder } from './sync.js';

/** How secrets are taken out of each kind of text; `own` holds nothing that a server has said. */
const CLEANERS = {
  text: redact,
  json: redactJson,
  markup: redactMarkup,
  own: (text: string) => text,
} as const;

export type TextKind = keyof typeof CLEANERS;

/**
 * A file that is written whole or not at all. The text goes to a temporary file beside it, which
 * takes its place when it is complete; what was there before stays until then.
 */
export class AtomicFile {
  readonly #path: string;
  /** Where a link leads: the file that it names is replaced, not the link. */
  readonly #target: string;
  readonly #temporary: string;
  readonly #clean: (text: string) => string;
  #descriptor: number | undefined;

  /**
   * Opens the file, with its folder. It is done before the work whose result it is to hold, so that
   * nothing is lost to a folder that cannot be written.
   *
   * @param options - the kind of its text, and the exit code where it cannot be opened
   * @throws UserError when it cannot be written
   */
  constructor(
    path: string,
    {
      kind = 'text',
      exitCode = EXIT.badInput,
    }: { readonly kind?: TextKind; readonly exitCode?: ExitCode } = {},
  ) {
    this.#path = path;
    this.#clean = CLEANERS[kind];
    this.#target = this.#guard(exitCode, () => targetOf(path));
    this.#temporary = `${this.#target}.${process.pid}.tmp`;
    this.#descriptor = this.#guard(exitCode, () => {
      makeFolder(dirname(this.#target));
      return openSync(this.#temporary, 'w');
    });
  }

  /**
   * Appends a text, in UTF-8, without secrets, or bytes as they are.
   *
   * @throws UserError when the disk is full
   */
  write(data: string | Uint8Array): void {
    const content = typeof data === 'string' ? this.#clean(data) : data;
    this.#guard(EXIT.couldNotFinish, () => writeFileSync(this.#open(), content));
  }

  /**
   * Puts the file in its place.
   *
   * @throws UserError when the disk is full
   */
  commit(): void {
    this.#guard(EXIT.couldNotFinish, () => {
      fsyncSync(this.#open());
      this.#close();
      renameSync(this.#temporary, this.#target);
      syncFolder(dirname(this.#target));
    });
  }

  /** Removes the temporary file; after `commit` it does nothing. */
  discard(): void {
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #open(): number {
    if (this.#descriptor === undefined) throw new Error('it is closed');
    return this.#descriptor;
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #guard<T>(exitCode: ExitCode, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      throw new UserError(`cannot write ${this.#path}: ${messageOf(cause)}`, {
        hint: 'free some space, or name a file in a folder that can be written',
        exitCode,
        cause,
      });
    }
  }
}

/**
 * Writes a file whole or not at all, after the work.
 *
 * @param chunks - the texts that make up the file, none of which a secret may straddle
 * @throws UserError (exit 3) when it cannot be written; what making the chunks throws is passed on
 */
export function writeAtomically(
  path: string,
  chunks: Iterable<string>,
  kind: TextKind = 'text',
): void {
  const file = new AtomicFile(path, { kind, exitCode: EXIT.couldNotFinish });
  try {
    for (const chunk of chunks) file.write(chunk);
    file.commit();
  } finally {
    file.discard();
  }
}

function targetOf(path: string): string {
  refuseSpecialFile(path);
  if (!statSync(path, { throwIfNoEntry: false })) return path;
  // A file that may not be written could still be replaced, which its owner does not expect.
  closeSync(openSync(path, 'r+'));
  return realpathSync(path);
}
