import { resolve } from 'node:path';
import { UserError } from '../errors.js';
import { AtomicFile } from '../files/atomic.js';
import { refuseForeignFile } from '../files/own-file.js';
import { type Format, formatOf } from './index.js';
import type { ReportInput } from './input.js';

/** A report that can be written. */
export interface OpenReport {
  readonly path: string;
  /**
   * Renders the report and writes it, whole or not at all.
   *
   * @throws UserError when the disk is full, say
   */
  write(input: ReportInput): Promise<void>;
  /** Leaves the file as it was; after `write` it does nothing. */
  discard(): void;
}

/**
 * Opens every report before any work is paid for: its format is known, and its file can be written.
 *
 * @throws UserError when an ending is unknown, two are one file, one cannot be written or is
 *   something else than such a report; then none stays open
 */
export function openReports(paths: readonly string[]): OpenReport[] {
  const chosen = paths.map((path) => ({ path, format: formatOf(path) }));
  refuseSame(paths);
  const opened: OpenReport[] = [];
  try {
    for (const { path, format } of chosen) {
      opened.push(openReport(path, format));
      refuseForeignFile(path, format.head, 'a report');
    }
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

function openReport(path: string, { render, kind }: Format): OpenReport {
  const file = new AtomicFile(path, { kind });
  return {
    path,
    async write(input) {
      try {
        file.write(await render(input));
        file.commit();
      } finally {
        file.discard();
      }
    },
    discard: () => file.discard(),
  };
}
