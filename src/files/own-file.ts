import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { UserError } from '../errors.js';
import { refuseSpecialFile } from './jsonl.js';

const HEAD_BYTES = 65_536;

/**
 * A name that was mistyped must not cost labels that were paid for, a student, or anything that
 * only its owner has: an output replaces a file of its own kind, or an empty one.
 *
 * @param own - what the head of such a file looks like
 * @param kind - what such a file is, for the error
 * @throws UserError when another kind of file is there
 */
export function refuseForeignFile(path: string, own: RegExp, kind: string): void {
  refuseSpecialFile(path);
  if (!statSync(path, { throwIfNoEntry: false })) return;
  const descriptor = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const read = readSync(descriptor, head, 0, HEAD_BYTES, 0);
    if (read === 0 || own.test(head.toString('utf8', 0, read))) return;
  } finally {
    closeSync(descriptor);
  }
  throw new UserError(`${path} is there already, and is not ${kind} that this tool wrote`, {
    hint: 'name another file, or delete that one',
  });
}
