import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EXIT, messageOf, systemCode, UserError } from '../errors.js';
import { chooseRenderer, type Renderer } from './index.js';
import type { ReportInput } from './input.js';

/** A report that has a place to be written to. */
export interface OpenReport {
  readonly path: string;
  /**
   * Renders the report and puts it under its name, whole or not at all.
   *
   * @throws UserError when the disk is full, say
   */
  write(input: ReportInput): Promise<void>;
  /** Leaves what stood there before, and nothing of ours; after a `write` it does nothing. */
  discard(): void;
}

/**
 * Opens every report before any work is paid for: the ending is known, the folder is there, and
 * both it and a file that stands there may be written. The text goes to a file beside the last
 * one, which it replaces when it is complete.
 *
 * @throws UserError when an ending is unknown, two are one file, or one cannot be written; then
 *   none stays open
 */
export function openReports(paths: readonly string[]): OpenReport[] {
  const chosen = paths.map((path) => ({ path, renderer: chooseRenderer(path) }));
  refuseSame(paths);
  const opened: OpenReport[] = [];
  try {
    for (const { path, renderer } of chosen) opened.push(openReport(path, renderer));
    return opened;
  } catch (error) {
    for (const report of opened) report.discard();
    throw error;
  }
}

function refuseSame(paths: readonly string[]): void {
  const twice = paths.find((path, i) =>
    paths.some((p, j) => j < i && resolve(p) === resolve(path)),
  );
  if (twice === undefined) return;
  throw new UserError(`two reports would be written to ${twice}`, { hint: 'name each once' });
}

function openReport(path: string, renderer: Renderer): OpenReport {
  const { target, partial, descriptor } = guard(path, EXIT.badInput, () => open(path));
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  const discard = () => {
    close();
    rmSync(partial, { force: true });
  };
  const put = (text: string) => {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
    close();
    renameSync(partial, target);
  };
  return {
    path,
    write: async (input) => {
      try {
        const text = await renderer(input);
        guard(path, EXIT.couldNotFinish, () => put(text));
      } catch (error) {
        discard();
        throw error;
      }
    },
    discard,
  };
}

function open(path: string) {
  mkdirSync(dirname(path), { recursive: true });
  const target = targetOf(path);
  const partial = `${target}.${process.pid}.partial`;
  return { target, partial, descriptor: openSync(partial, 'w') };
}

/** Where a link leads, so that the file it names is replaced and not the link. */
function targetOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return path;
  if (!found.isFile()) {
    throw new UserError(`${path} is ${found.isDirectory() ? 'a folder' : 'not a regular file'}`, {
      hint: 'name a file for --report',
    });
  }
  closeSync(openSync(path, 'r+'));
  return realpathSync(path);
}

function guard<T>(path: string, exitCode: UserError['exitCode'], work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const why = systemCode(cause) ?? messageOf(cause);
    throw new UserError(`cannot write the report ${path}: ${why}`, {
      hint: 'name a file in a folder that can be written, on a disk with space left',
      exitCode,
      cause,
    });
  }
}
