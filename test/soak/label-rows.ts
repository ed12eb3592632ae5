import { existsSync, readFileSync } from 'node:fs';

/** The texts that a label file and its companion hold. */
export interface RowsOnDisk {
  readonly labelled: readonly string[];
  /** Answered, but with no label; rows that failed were not answered, and are asked again. */
  readonly unlabelled: readonly string[];
  /** Rows with another label than the server gave. */
  readonly wrong: readonly string[];
}

/** Reads what whole lines of a label file hold, as the next run does. */
export function readLabelRows(path: string, labelOf: (text: string) => string): RowsOnDisk {
  const labels = readLines(path);
  const others = readLines(`${path}.unanswered.jsonl`).filter(
    ({ outcome }) => outcome !== 'failed',
  );
  const inputs = (rows: readonly Row[]) => rows.map(({ input }) => input);
  return {
    labelled: inputs(labels),
    unlabelled: inputs(others),
    wrong: inputs(labels.filter(({ input, prediction }) => prediction !== labelOf(input))),
  };
}

interface Row {
  readonly input: string;
  readonly prediction?: string;
  readonly outcome?: string;
}

function readLines(path: string): Row[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').flatMap(parse);
}

/** The last line may be cut short. */
function parse(line: string): Row[] {
  try {
    return [JSON.parse(line) as Row];
  } catch {
    return [];
  }
}
