import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { EXIT, messageOf, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic.js';
import { describeIssue } from '../issues.js';
import { type Identity, newName } from './identity.js';
import { KeyFiles } from './key-files.js';

/**
 * How far a file of requests has come. Each state is on disk before what follows from it is done:
 * `intended` before it is uploaded, `creating` before a batch is made of it.
 */
export const ENTRY_STATES = ['intended', 'uploaded', 'creating', 'created', 'settled'] as const;

const entrySchema = z.object({
  intent: z.string(),
  state: z.enum(ENTRY_STATES),
  at: z.string(),
  /** Of the file of requests; null where another machine sent it. */
  sha256: z.string().nullable(),
  requests: z.int().nonnegative(),
  /** Dollars that were set aside for it. */
  usd: z.number().nonnegative(),
  file_id: z.string().nullable(),
  batch_id: z.string().nullable(),
  /** The server's last word. */
  status: z.string().nullable(),
  /** Requests that it ended without a result of. */
  missing: z.int().nonnegative(),
  /** The file with the keys of its rows that have no result here yet; null where all have. */
  keys: z
    .string()
    .regex(/^[0-9a-f]{8}$/)
    .nullable(),
});
export type Entry = z.infer<typeof entrySchema>;

const SCHEMA = 'toxicity-distill/batches';
const HEAD = { schema: SCHEMA, version: 2 } as const;

const trackerSchema = z.object({
  schema: z.literal(SCHEMA),
  version: z.literal(HEAD.version),
  run: z.string(),
  series: z.string(),
  /** ISO 8601. */
  created_at: z.string(),
  /** How requests have to be put, once that is known. */
  form: z.unknown(),
  batches: z.array(entrySchema),
});

/** Where the batches of a label file are kept. */
export const trackerPath = (labelFile: string) => `${labelFile}.batches.json`;

/** The folder beside it, with the keys of the rows in each. */
const keysFolder = (path: string) => path.replace(/\.json$/, '');

/** The batches of one label file, on disk before anything is sent. */
export class Tracker {
  readonly path: string;
  readonly identity: Identity;
  readonly createdAt: string;
  /** True where nothing was on disk: batches of the run may be at the server all the same. */
  readonly isNew: boolean;
  readonly entries: Entry[];
  form: unknown;
  readonly #keys: KeyFiles;

  private constructor(path: string, content: z.infer<typeof trackerSchema>, isNew: boolean) {
    this.path = path;
    this.identity = { run: content.run, series: content.series };
    this.createdAt = content.created_at;
    this.entries = content.batches;
    this.form = content.form;
    this.isNew = isNew;
    this.#keys = new KeyFiles(keysFolder(path));
  }

  /**
   * Opens the tracker of a label file; where there is none, one that is empty.
   *
   * @param run - what the label file is made of, for a new one
   * @throws UserError when the file is damaged, or of a later version
   */
  static open(path: string, run: string): Tracker {
    if (existsSync(path)) return new Tracker(path, readTracker(path), false);
    const created_at = new Date().toISOString();
    const series = newName();
    const form = null;
    return new Tracker(path, { ...HEAD, run, series, created_at, form, batches: [] }, true);
  }

  /** The same, under the series of batches that are at the server already. */
  inSeries(series: string): Tracker {
    return new Tracker(this.path, { ...this.#content, series }, this.isNew);
  }

  /** Those that may still have results for us. */
  get unsettled(): Entry[] {
    return this.entries.filter(({ state }) => state !== 'settled');
  }

  /**
   * Writes it, with its folder, so that it is on disk when this returns.
   *
   * @throws UserError when it cannot be written
   */
  save(): void {
    writeAtomically(this.path, [`${JSON.stringify(this.#content, null, 1)}\n`], 'json');
  }

  get #content(): z.infer<typeof trackerSchema> {
    const { identity, createdAt: created_at, form, entries: batches } = this;
    return { ...HEAD, ...identity, created_at, form, batches };
  }

  /** Changes an entry, and writes that down. */
  change(entry: Entry, changes: Partial<Entry>): void {
    Object.assign(entry, changes);
    this.save();
  }

  /** Adds an entry with the keys of its rows: both are on disk when this returns. */
  add(entry: Omit<Entry, 'keys'>, keys: readonly string[]): Entry {
    const added = { ...entry, keys: this.#write(keys) };
    this.entries.push(added);
    this.save();
    return added;
  }

  /**
   * The keys of its rows that have no result here yet.
   *
   * @throws UserError when their file is gone
   */
  keysOf({ keys }: Entry): string[] {
    return keys === null ? [] : this.#keys.read(keys);
  }

  /** Says that all rows of an entry but these have what the batch has of them: with none it is settled. */
  settle(entry: Entry, left: readonly string[], changes: Partial<Entry> = {}): void {
    const { keys: before, state } = entry;
    const keys = this.#write(left);
    this.change(entry, { ...changes, keys, state: keys === null ? 'settled' : state });
    this.#forget(before);
  }

  #write(keys: readonly string[]): string | null {
    return keys.length === 0 ? null : this.#keys.write(keys);
  }

  /** Forgets an entry of which nothing is at the server. */
  drop(entry: Entry): void {
    this.entries.splice(this.entries.indexOf(entry), 1);
    this.save();
    this.#forget(entry.keys);
  }

  /** Only once nothing on disk names it. */
  #forget(keys: string | null): void {
    if (keys !== null) this.#keys.remove(keys);
  }
}

function readTracker(path: string): z.infer<typeof trackerSchema> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw damaged(`cannot read ${path}: ${messageOf(cause)}`, cause);
  }
  const parsed = trackerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const version = headSchema.safeParse(value).data?.version ?? HEAD.version;
  if (version === HEAD.version) {
    throw damaged(`${path}: ${describeIssue(parsed.error, value)}`);
  }
  throw damaged(`${path} is of version ${version}, and this program reads version ${HEAD.version}`);
}

const headSchema = z.object({ schema: z.literal(SCHEMA), version: z.int() });

const damaged = (what: string, cause?: unknown) =>
  new UserError(what, {
    hint: 'move it away: batches of this run that are at the server are found there again',
    exitCode: EXIT.badInput,
    cause,
  });

/**
 * Rows of a file that are in batches at the moment: asked at once they would be paid for twice.
 *
 * @throws UserError when the tracker is damaged
 */
export function keysInBatches(labelFile: string): Set<string> {
  const path = trackerPath(labelFile);
  if (!existsSync(path)) return new Set();
  const files = new KeyFiles(keysFolder(path));
  const open = readTracker(path).batches.filter(({ state }) => state !== 'settled');
  return new Set(open.flatMap(({ keys }) => (keys === null ? [] : files.read(keys))));
}

/** An entry before anything of it is done. */
export const newEntry = (
  given: Pick<Entry, 'intent' | 'sha256' | 'requests' | 'usd'>,
): Omit<Entry, 'keys'> => ({
  ...given,
  state: 'intended',
  at: new Date().toISOString(),
  file_id: null,
  batch_id: null,
  status: null,
  missing: 0,
});
