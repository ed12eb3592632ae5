import { readFile } from 'node:fs/promises';
import { type Report, reportSchema } from '../analysis/report/report.js';
import { REPORT_VERSION } from '../analysis/report/version.js';
import { messageOf, UserError } from '../errors.js';
import { describeIssue } from '../issues.js';
import { TOXICITY } from '../task/task.js';

const HINT = 'name a JSON report of an earlier run';

/**
 * Reads a JSON report.
 *
 * @throws UserError when the file cannot be read, is not a report, or is of another version
 */
export async function readReport(path: string): Promise<Report> {
  const value = upgrade(parseJson(path, await readText(path)));
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

/** Before tasks, version 2, the two labels of toxicity stood in the keys. */
function upgrade(value: unknown): unknown {
  const { schema, version } = Object(value) as Record<string, unknown>;
  if (schema !== 'toxicity-distill/report' || version !== 2) return value;
  const { name, labels } = TOXICITY;
  const report = Object(renamed(value));
  const data = { ...report.data, seen: seenOf2(report.data?.seen) };
  return { ...report, data, version: REPORT_VERSION, task: { name, labels } };
}

/** Version 2 knew of one file, whose rows it counted and left out only where that was wanted. */
function seenOf2(seen: unknown): unknown {
  const { file, rows, excluded } = Object(seen) as Record<string, unknown>;
  return excluded === true ? { rows, by: [{ name: file, rows }] } : null;
}

const KEYS_OF_2: Readonly<Record<string, string>> = {
  toxic: 'positive',
  not_toxic: 'negative',
  toxic_f1: 'positive_f1',
  toxic_rate: 'positive_rate',
};
/** Under these stand labels and policies. */
const VALUES_OF_2: Readonly<Record<string, string>> = {
  toxic: 'positive',
  'not toxic': 'negative',
  'not-toxic': 'negative',
};
const LABEL_KEYS = new Set(['human', 'teacher', 'on_unanswered']);

function renamed(value: unknown, key = '', parent = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([inner, each]) => [
        // The keys of `said` and `scores` are the names of models.
        key === 'said' || key === 'scores' ? inner : (KEYS_OF_2[inner] ?? inner),
        renamed(each, inner, key),
      ]),
    );
  }
  const isLabel = LABEL_KEYS.has(key) || parent === 'said';
  return isLabel && typeof value === 'string' ? (VALUES_OF_2[value] ?? value) : value;
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
