import { seenIn } from '../analysis/leakage.js';
import type { Report } from '../analysis/report.js';
import { UserError } from '../errors.js';
import type { EvalFile } from './eval-file.js';
import { readInputs } from './judged-rows.js';

/**
 * Counts the rows that also stand in the file a student learned from, and leaves them out where
 * that is wanted.
 *
 * @throws UserError when the file is bad, or no row would be left
 */
export async function withoutSeen(
  evalFile: EvalFile,
  trainFile: string,
  exclude: boolean,
): Promise<{ evalFile: EvalFile; seen: NonNullable<Report['data']['seen']> }> {
  const texts: string[] = [];
  for await (const text of readInputs(trainFile, evalFile.task)) texts.push(text);
  const isSeen = seenIn(evalFile.rows, texts);
  const seen = { file: trainFile, rows: isSeen.filter(Boolean).length, excluded: exclude };
  if (!exclude) return { evalFile, seen };
  const keep = (_: unknown, row: number) => isSeen[row] !== true;
  const rows = evalFile.rows.filter(keep);
  if (rows.length === 0) {
    throw new UserError(`every row of ${evalFile.path} also stands in ${trainFile}`, {
      hint: 'evaluate on rows that the student has not seen',
    });
  }
  return { evalFile: { ...evalFile, rows, keys: evalFile.keys.filter(keep) }, seen };
}
