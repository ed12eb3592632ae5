import { readFile } from 'node:fs/promises';
import { REPORT_VERSION, type Report, reportSchema } from '../analysis/report.js';
import { messageOf, UserError } from '../errors.js';
import { describeIssue } from '../records.js';

const HINT = 'name a JSON report of an earlier run';

/**
 * Reads a JSON report.
 *
 * @throws UserError when the file cannot be read, is not a report, or is of another version
 */
export async function readReport(path: string): Promise<Report> {
  const value = parseJson(path, await readText(path));
  const { schema, version } = Object(value) as Record<string, unknown>;
  if (schema === 'toxicity-distill/report' && version !== REPORT_VERSION) {
    throw new UserError(`${path} is a report of version ${version}, not ${REPORT_VERSION}`, {
      hint: 'make it again with this release',
    });
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UserError(`${path} is not a report: ${describeIssue(parsed.error, value)}`, {
    hint: HINT,
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UserError(`cannot read ${path}: ${messageOf(cause)}`, { hint: HINT, cause });
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${path} is not JSON: ${messageOf(cause)}`, { hint: HINT, cause });
  }
}
