import { fileURLToPath } from 'node:url';
import { type DatasetOptions, DEFAULT_SPLIT, type RawDataset } from './dataset.js';
import { onlySplit, readJsonlCells } from './file.js';

/** The rows that come with the package; their splits are train, calibration and test. */
const SAMPLE_FILE = fileURLToPath(new URL('../../data/sample.jsonl', import.meta.url));

/** Opens the rows that come with the package. */
export function openSample({ split = DEFAULT_SPLIT }: DatasetOptions): RawDataset {
  return { split, rows: () => onlySplit(readJsonlCells(SAMPLE_FILE), split, 'sample') };
}
