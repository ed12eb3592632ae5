import { extname } from 'node:path';

const ENDINGS = ['.csv', '.tsv', '.jsonl', '.txt', '.parquet'] as const;

/** The ending of a dataset's file. */
export type FileEnding = (typeof ENDINGS)[number];

/** The endings that a dataset's file may have: `.csv, .tsv, .jsonl, .txt or .parquet`. */
export const FILE_ENDINGS = ENDINGS.join(', ').replace(/, (?=[^,]*$)/, ' or ');

/** That of the file within, where it is gzipped; parquet has a compression of its own. */
export function endingOf(path: string): FileEnding | undefined {
  const lower = path.toLowerCase();
  const ending = extname(lower.replace(/\.gz$/, ''));
  if (ending === '.parquet' && lower.endsWith('.gz')) return undefined;
  return ENDINGS.find((each) => each === ending);
}

/** Whether the name of a file ends as a dataset's must. */
export const isDatasetFile = (path: string) => endingOf(path) !== undefined;

/** Whether a dataset is called as a file is; its name may end in the column of the text. */
export const isFileName = (name: string) => isDatasetFile(name.replace(/#.*$/, ''));
