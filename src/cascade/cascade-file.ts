import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf, show, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import { refuseForeignFile } from '../files/own-file.js';
import { describeIssue } from '../issues.js';
import { CASCADE_SCHEMA, CASCADE_VERSION, REMAKE } from './cascade-format.js';
import { type Cascade, cascadeSchema } from './cascade-schema.js';

/**
 * Finds out before any work whether a cascade may be written there.
 *
 * @throws UserError when something else is there
 */
export function refuseForCascade(path: string): void {
  refuseForeignFile(path, /^\{\s*"schema":\s*"toxicity-distill\/cascade"/, 'a cascade');
}

/**
 * Writes a cascade file: indented JSON, its checksum last. It is complete or is not written.
 *
 * @throws UserError when the file cannot be written
 */
export function writeCascade(path: string, cascade: Cascade): void {
  const content = cascadeSchema.parse(cascade);
  const text = JSON.stringify({ ...content, checksum: checksumOf(content) }, null, 2);
  writeAtomically(path, [`${text}\n`], 'own');
}

/**
 * Reads a cascade file.
 *
 * @returns the cascade, and twelve digits that name what its answers depend on: a cascade that is made
 *   again alike asks nobody again
 * @throws UserError when there is no such file, or it is damaged, edited or of another version
 */
export function readCascade(path: string): { cascade: Cascade; hash: string } {
  const text = readText(path);
  const { checksum, ...content } = parse(path, text);
  if (content.schema !== CASCADE_SCHEMA) {
    throw new UserError(`${path} is not a cascade file: "schema" is ${show(content.schema)}`, {
      hint: 'name a file that cascade wrote',
    });
  }
  if (content.version !== CASCADE_VERSION) {
    throw new UserError(
      `${path} has "version" ${show(content.version)}, this release reads ${CASCADE_VERSION}`,
      { hint: `${REMAKE}, or use the release that wrote it` },
    );
  }
  const parsed = cascadeSchema.strict().safeParse(content);
  if (!parsed.success) {
    throw new UserError(`${path} is damaged: ${describeIssue(parsed.error, content)}`, {
      hint: REMAKE,
    });
  }
  if (checksum !== checksumOf(content)) {
    throw new UserError(
      `${path} is damaged or was edited: "checksum" is ${show(checksum)}, its content has another`,
      { hint: `${REMAKE}: what it promises holds for the band that was tested` },
    );
  }
  const { student, teacher, band, on_teacher_failure } = parsed.data;
  const { name: _, ...asked } = teacher;
  const rule = { student: student.hash, asked, band, on_teacher_failure };
  return { cascade: parsed.data, hash: sha256(JSON.stringify(rule)).slice(0, 12) };
}

function readText(path: string): string {
  refuseSpecialFile(path);
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UserError(`cannot read the cascade ${path}: ${messageOf(cause)}`, {
      hint: 'write one with cascade',
      cause,
    });
  }
}

function parse(path: string, text: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(text) };
  } catch (cause) {
    throw new UserError(`${path} is not JSON: it is cut off, damaged, or not a cascade file`, {
      hint: REMAKE,
      cause,
    });
  }
}

const checksumOf = (content: object) => sha256(JSON.stringify(content));

const sha256 = (data: string) => createHash('sha256').update(data).digest('hex');
