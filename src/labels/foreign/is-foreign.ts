import { extname } from 'node:path';
import { refuseSpecialFile } from '../../files/jsonl.js';
import { readLines } from '../../files/lines.js';
import { refuseNoAnswers } from '../predictions.js';

/** Whether a file of answers is of another program's making, by its name, or by its first line. */
export async function isForeign(path: string): Promise<boolean> {
  const ending = extname(path).toLowerCase();
  if (ending !== '.jsonl') return ['.json', '.eval', '.csv', '.tsv', '.parquet'].includes(ending);
  refuseNoAnswers(path);
  refuseSpecialFile(path);
  for await (const { value } of readLines(path)) return isPlainRow(value);
  return false;
}

function isPlainRow(line: string): boolean {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === 'object' && row !== null && !Object.hasOwn(row, 'ds_original_idx');
  } catch {
    return false; // Its reader says what is wrong with the line.
  }
}
