import type { Env } from '../env.js';
import { show, UserError } from '../errors.js';
import type { Sample } from '../records.js';
import type { Fetch } from '../requests/transport.js';
import { type Cells, type ColumnNames, toSamples } from './columns.js';
import { checkReadable, FILE_ENDINGS, isDatasetFile, onlySplit, readFileRows } from './file.js';
import { hubOf, parseHubSpec, readHubSplit } from './hugging-face.js';
import { SAMPLE_FILE } from './sample.js';
import { type DownloadCallbacks, fetchToxicChat, HEAD_IS_BIASED } from './toxic-chat.js';

/** A split of labelled texts that can be streamed, more than once. */
export interface Dataset {
  /** As the user named it, and as each labelled row records it. */
  readonly name: string;
  /** Null for a file that is taken whole. */
  readonly split: string | null;
  /** How many rows the split has, where that is known beforehand. */
  readonly size?: number;
  /** What to tell a user who takes only the first rows. */
  readonly headWarning?: string;
  rows(): AsyncIterable<Sample>;
}

export interface DatasetOptions extends ColumnNames, DownloadCallbacks {
  /** Default: train, or for a file all its rows. */
  readonly split?: string | undefined;
  readonly env: Env;
  readonly fetch: Fetch;
  /** Where downloads go. Default `data/cache`, in the working folder. */
  readonly cacheDir?: string;
}

const DEFAULT_SPLIT = 'train';

/**
 * Opens a dataset by its name: `toxicchat`, `sample`, `hf:owner/name[:config]`, or a path ending
 * in .csv, .jsonl or .parquet.
 *
 * @throws UserError when the name means nothing, or the dataset cannot be had
 */
export async function openDataset(name: string, options: DatasetOptions): Promise<Dataset> {
  const split = options.split ?? DEFAULT_SPLIT;
  const dataset = (rows: () => AsyncIterable<Cells>, of: string | null = split): Dataset => ({
    // Labels of another column must not be taken up as these.
    name: options.textColumn === undefined ? name : `${name}#${options.textColumn}`,
    split: of,
    rows: () => toSamples(rows(), options, name),
  });

  if (name === 'toxicchat') {
    const { env, cacheDir = 'data/cache' } = options;
    const { path, rows } = await fetchToxicChat(split, { ...options, cacheDir, hub: hubOf(env) });
    return { ...dataset(() => readFileRows(path)), size: rows, headWarning: HEAD_IS_BIASED };
  }
  if (name === 'sample') return dataset(() => onlySplit(readFileRows(SAMPLE_FILE), split, name));
  if (name.startsWith('hf:')) {
    const hub = hubOf(options.env);
    const source = { ...parseHubSpec(name), split };
    return dataset(() => readHubSplit(hub, source, options.fetch));
  }
  if (isDatasetFile(name)) {
    await checkReadable(name);
    const rows = () => readFileRows(name);
    const { split: wanted } = options;
    return wanted === undefined
      ? dataset(rows, null)
      : dataset(() => onlySplit(rows(), wanted, name), wanted);
  }
  throw new UserError(`unknown dataset ${show(name)}`, {
    hint: `name toxicchat, sample, hf:owner/name[:config], or a file ending in ${FILE_ENDINGS.join(', ')}`,
  });
}
