import { fileURLToPath } from 'node:url';

/** The rows that come with the package; their splits are train and test. */
export const SAMPLE_FILE = fileURLToPath(new URL('../../data/sample.jsonl', import.meta.url));
