import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Report } from '../analysis/report.js';
import { EXIT, messageOf, UserError } from '../errors.js';
import { refuseSpecialFile } from '../jsonl.js';

/**
 * Makes sure that a report can be written before anything is paid for; it then comes whole under
 * its name or not at all.
 *
 * @throws UserError when the name does not end in .json, or nothing can be written there
 */
export function openReportFile(path: string): { write(report: Report): void } {
  if (!path.endsWith('.json')) {
    throw new UserError(`--report ${path} does not end in .json`, { hint: 'name a .json file' });
  }
  refuseSpecialFile(path);
  const part = `${path}.part-${process.pid}`;
  guard(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(part, 'w'));
    rmSync(part);
  });
  return {
    write: (report) =>
      guard(path, () => {
        writeFileSync(part, `${JSON.stringify(report, null, 2)}\n`);
        renameSync(part, path);
      }),
  };
}

function guard(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new UserError(`cannot write the report ${path}: ${messageOf(cause)}`, {
      hint: 'name a file in a folder that can be written',
      exitCode: EXIT.couldNotFinish,
      cause,
    });
  }
}
