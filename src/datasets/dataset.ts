import type { Env } from '../env.js';
import type { OnRead } from '../files/bytes.js';
import type { Fetch } from '../requests/transport.js';
import type { Sample } from '../sample.js';
import type { Cells, ColumnNames } from './columns.js';

/** A split of labelled texts that can be streamed, more than once. */
export interface Dataset {
  /** As the user named it, and as each labelled row records it. */
  readonly name: string;
  /** Null for a file that is taken whole. */
  readonly split: string | null;
  /** How many rows the split has, where that is known beforehand. */
  readonly size?: number;
  /** The key of each row in order, see `keyNumber`: where `withKeys` asked for them and it is near. */
  readonly keys?: Float64Array;
  /** How many of its rows `collect` takes where nobody says. Default: all. */
  readonly usualSize?: number;
  /** What to tell a user who takes only the first rows. */
  readonly headWarning?: string;
  /** @param onRead - told how far its file is read, where it is one */
  rows(onRead?: OnRead): AsyncIterable<Sample>;
  /** Deletes what was kept to read it from. It cannot be read afterwards. */
  close?(): void;
}

/** A dataset before its columns are read. */
export interface RawDataset extends Omit<Dataset, 'name' | 'keys' | 'rows'> {
  /** @param onRead - told how far its file is read, where it is one */
  rows(onRead?: OnRead): AsyncIterable<Cells>;
}

/** How a dataset is found and read. Everything has a default. */
export interface DatasetOptions extends ColumnNames {
  /** Default: train, or for a file all its rows. */
  readonly split?: string | undefined;
  /** Where `HF_ENDPOINT` and `HF_TOKEN` are read. Default: the environment, and `.env` behind it. */
  readonly env?: Env | undefined;
  /** Default: over connections that all share. They keep no process alive. */
  readonly fetch?: Fetch | undefined;
  /** Aborted to stop a download, which then leaves nothing behind, or the decoding of a file. */
  readonly signal?: AbortSignal | undefined;
  /** Where downloads go. Default `data/cache`, in the working folder. */
  readonly cacheDir?: string;
  readonly onNote?: ((note: string) => void) | undefined;
  /** What `-` reads. Default: the standard input of the process. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  /** Take the keys of its rows while it is read through: a run that goes on reads it less often. */
  readonly withKeys?: boolean | undefined;
  /** Told how far a file is read, the first time. */
  readonly onRead?: OnRead | undefined;
  /** Told of bytes so far, and in all where the server says. */
  readonly onDownload?: ((received: number, total: number | undefined) => void) | undefined;
}

/** The options with what a download needs filled in. */
export type SettledOptions = DatasetOptions & { readonly env: Env; readonly fetch: Fetch };

/** One kind of dataset. */
export interface DatasetKind {
  /** How its name looks. */
  readonly form: string;
  readonly description: string;
  /** Whether it is near, so that it can be read through first. */
  readonly isNear?: boolean;
  /** Whether the columns that the labelling does not need come along. */
  readonly keepsColumns?: boolean;
  matches(name: string): boolean;
  /** @throws UserError when the name or the split is wrong, or the dataset cannot be had */
  open(name: string, options: SettledOptions): Promise<RawDataset>;
}

/** The split where none is named. */
export const DEFAULT_SPLIT = 'train';

/** How rows and errors call what was piped in. */
export const STDIN = 'stdin';
