import { isUtf8 } from 'node:buffer';
import { statSync } from 'node:fs';
import type { z } from 'zod';
import { show, UserError } from '../errors.js';
import { describeIssue, hintOf } from '../issues.js';
import {
  decodeLine,
  type LineOptions,
  type PlacedLine,
  type RawLine,
  readLineBlocks,
} from './lines.js';
import { hasHole, isTorn, withinZeros, withoutZeros } from './torn.js';

export interface ReadOptions<Row = unknown> extends LineOptions {
  /** `skip` passes over a last line that a crash left half-written, and lines with holes. */
  readonly torn?: 'refuse' | 'skip';
  /**
   * Checks a value by hand, in a tenth of the schema's time: what the schema would make of it, or
   * undefined, and then the schema is asked.
   */
  readonly quick?: (value: unknown) => Row | undefined;
}

/**
 * Streams the objects of a JSONL file, each checked against a schema.
 *
 * @throws UserError on the first bad line: its number, what is wrong, and the value seen
 */
export async function* readJsonl<S extends z.ZodType>(
  path: string,
  schema: S,
  options: ReadOptions<z.infer<S>> = {},
): AsyncGenerator<PlacedLine<z.infer<S>>> {
  for await (const lines of readJsonlBlocks(path, schema, options)) yield* lines;
}

/**
 * The same by the block: see {@link readLineBlocks}.
 *
 * @throws UserError as {@link readJsonl} does, after the lines before the bad one
 */
export async function* readJsonlBlocks<S extends z.ZodType>(
  path: string,
  schema: S,
  options: ReadOptions<z.infer<S>> = {},
): AsyncGenerator<PlacedLine<z.infer<S>>[]> {
  const { quick } = options;
  for await (const raws of readLineBlocks(path, options)) {
    const lines: PlacedLine<z.infer<S>>[] = [];
    try {
      for (const raw of raws) {
        const value = quick?.(parsed(raw));
        if (value !== undefined) {
          lines.push({ number: raw.number, start: raw.start, end: raw.end, value });
          continue;
        }
        const line = checkLine(raw, schema, { ...options, name: options.name ?? path });
        if (line !== undefined) lines.push(line);
      }
    } catch (error) {
      if (lines.length > 0) yield lines;
      throw error;
    }
    if (lines.length > 0) yield lines;
  }
}

/** What a line holds; undefined where it is not JSON in UTF-8, and so where it is torn or has zeros. */
function parsed({ value }: RawLine): unknown {
  if (!isUtf8(value)) return undefined;
  try {
    return JSON.parse(value.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** @returns undefined of a line to be passed over */
function checkLine<S extends z.ZodType>(
  raw: RawLine,
  schema: S,
  { torn = 'refuse', name }: ReadOptions & { readonly name: string },
): PlacedLine<z.infer<S>> | undefined {
  const line = withinZeros(raw);
  if (!line && torn === 'skip' && hasHole(raw)) return undefined;
  if (torn === 'skip' && !raw.terminated && isTorn(withoutZeros(raw.value))) return undefined;
  if (!line) throw holeError(raw, name);
  const text = decodeLine(line, name);
  if (text.trim() === '') return undefined;
  const { number, start, end } = line;
  const value = parseLine(text, number, name);
  const checked = schema.safeParse(value);
  if (checked.success) return { number, start, end, value: checked.data };
  throw new UserError(`${name} line ${number}: ${describeIssue(checked.error, value)}`, {
    hint: hintOf(checked.error) ?? 'fix or remove that line',
  });
}

const holeError = ({ number }: RawLine, name: string) =>
  new UserError(`${name} line ${number} has a hole: zeros where a row was to be written`, {
    hint: `remove that line alone (sed -i ${number}d FILE), then run the same command again: rows that are lost are asked for anew`,
  });

function parseLine(text: string, number: number, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${name} line ${number} is not JSON: ${show(text)}`, {
      hint: 'each line must be one JSON object; fix or remove that line',
      cause,
    });
  }
}

/**
 * Files are read more than once, which a pipe does not stand, and a device may never end.
 *
 * @throws UserError when there is something at the path that is not a regular file
 */
export function refuseSpecialFile(path: string, hint = 'name a file on disk'): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || found.isFile()) return;
  throw new UserError(`${path} is ${found.isDirectory() ? 'a folder' : 'not a regular file'}`, {
    hint,
  });
}
