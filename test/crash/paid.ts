import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { ChatRequest } from '../helpers/model-server.js';
import type { DiskCall, Tree } from './recording.js';

/** What a run pays for, and where it keeps it: names of rows or of texts. */
export interface Paid {
  /** The files, by their paths; those that a run renames included. */
  readonly files: RegExp;
  /** What a line holds. */
  keyOf(line: Record<string, unknown>): string;
  /** What a request pays for. */
  keysOf(request: ChatRequest): readonly string[];
}

/** Rows by their texts, with those that got no label. */
export const rowsOf = (file: string): Paid => ({
  files: new RegExp(`^${file}\\.jsonl(\\.unanswered\\.jsonl)?(\\.old-\\d+)?$`),
  keyOf: ({ input }) => String(input),
  keysOf: ({ text }) => [text],
});

export const EMBEDDINGS: Paid = {
  files: /^data\/cache\/embeddings\/.*\.jsonl$/,
  keyOf: ({ sha256 }) => String(sha256),
  keysOf: ({ body }) =>
    [body.input].flat().map((text) => createHash('sha256').update(String(text)).digest('hex')),
};

/** The whole lines of the files that are paid for, in the order of the files and lines. */
export function linesOf({ files }: Tree, paid: Paid): Record<string, unknown>[] {
  return [...files]
    .filter(([path]) => paid.files.test(path))
    .flatMap(([, bytes]) => bytes.toString('utf8').split('\n').flatMap(parse));
}

function parse(line: string): Record<string, unknown>[] {
  try {
    return [JSON.parse(line) as Record<string, unknown>];
  } catch {
    return []; // Torn, or with zeros in it.
  }
}

/** What was written before a moment, in milliseconds of the calls. */
export function writtenBefore(
  { before, calls, cwd }: { before: Tree; calls: readonly DiskCall[]; cwd: string },
  at: number,
  paid: Paid,
): Record<string, unknown>[] {
  const open = new Map<number, string>();
  const lines = linesOf(before, paid);
  for (const call of calls) {
    if (call.at >= at) break;
    if (call.call === 'open') open.set(call.fd, relative(cwd, call.path));
    if (call.call !== 'write' || !paid.files.test(open.get(call.fd) ?? '')) continue;
    lines.push(...parse(Buffer.from(call.bytes, 'base64').toString('utf8')));
  }
  return lines;
}
