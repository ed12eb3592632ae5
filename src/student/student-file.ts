import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { messageOf, show, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import { refuseForeignFile } from '../files/own-file.js';
import { describeIssue } from '../issues.js';
import { checkHead } from './scoring-model.js';
import { RETRAIN } from './student-format.js';
import { type Student, studentSchema } from './student-schema.js';

/**
 * A student with 2^16 buckets has 350 kB, and 8 bytes for each text that it learned from; a head on
 * embeddings has a few more.
 */
const LARGEST_FILE = 16 * 1024 * 1024;

/** Where the rows stand that were set aside when a student was trained: beside it. */
export const testFileOf = (path: string) => `${path.replace(/\.json$/i, '')}.test.jsonl`;

/** The bytes of a student file: indented JSON, its checksum last. */
export function renderStudent(student: Student): string {
  const content = studentSchema.parse(student);
  return `${JSON.stringify({ ...content, checksum: checksumOf(content) }, null, 2)}\n`;
}

/**
 * Finds out before the training whether a student may be written there.
 *
 * @throws UserError when something else is there
 */
export function refuseForStudent(path: string): void {
  refuseForeignFile(path, /^\{\s*"schema":\s*"toxicity-distill\/student"/, 'a student');
}

/**
 * Writes a student file. It is complete or is not written.
 *
 * @throws UserError when the file cannot be written
 */
export function writeStudent(path: string, student: Student): void {
  writeAtomically(path, [renderStudent(student)], 'own');
}

/**
 * Reads a student file.
 *
 * @returns the student, and the first twelve digits of the SHA-256 of the file
 * @throws UserError when there is no such file, or it is too large, damaged or of another version
 */
export function readStudent(path: string): { student: Student; hash: string } {
  const bytes = readBounded(path);
  const value = parseJson(path, bytes);
  checkHead(value, path);
  const { checksum, ...content }: { checksum?: unknown } = { ...value };
  const parsed = studentSchema.strict().safeParse(content);
  if (!parsed.success) {
    throw new UserError(`${path} is damaged: ${describeIssue(parsed.error, content)}`, {
      hint: RETRAIN,
    });
  }
  if (checksum !== checksumOf(content)) {
    throw new UserError(
      `${path} is damaged or was edited: "checksum" is ${show(checksum)}, its content has another`,
      { hint: RETRAIN },
    );
  }
  return { student: parsed.data, hash: sha256(bytes).slice(0, 12) };
}

function readBounded(path: string): Buffer {
  refuseSpecialFile(path);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) {
    throw new UserError(`there is no student file ${path}`, {
      hint: 'write one with train',
    });
  }
  if (size > LARGEST_FILE) {
    throw new UserError(
      `${path} has ${size} bytes, and a student file has ${LARGEST_FILE} at most`,
      { hint: 'name a file that train wrote' },
    );
  }
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UserError(`cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}

function parseJson(path: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new UserError(`${path} is not JSON: it is cut off, damaged, or not a student file`, {
      hint: RETRAIN,
      cause,
    });
  }
}

const checksumOf = (content: object) => sha256(JSON.stringify(content));

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
