import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { EXIT, messageOf, UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic.js';
import { describeIssue } from '../issues.js';
import { type Identity, newName } from './identity.js';

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
  /** Of its rows that have no result here yet, with spaces between. */
  keys: z.string(),
});
export type Entry = z.infer<typeof entrySchema>;

const SCHEMA = 'toxicity-distill/batches';

const trackerSchema = z.object({
  schema: z.literal(SCHEMA),
  version: z.literal(1),
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

/** The batches of one label file, on disk before anything is sent. */
export class Tracker {
  readonly path: string;
  readonly identity: Identity;
  readonly createdAt: string;
  /** True where nothing was on disk: batches of the run may be at the server all the same. */
  readonly isNew: boolean;
  readonly entries: Entry[];
  form: unknown;

  private constructor(path: string, content: z.infer<typeof trackerSchema>, isNew: boolean) {
    this.path = path;
    this.identity = { run: content.run, series: content.series };
    this.createdAt = content.created_at;
    this.entries = content.batches;
    this.form = content.form;
    this.isNew = isNew;
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
    const content = { schema: SCHEMA, version: 1, run, series: newName(), created_at } as const;
    return new Tracker(path, { ...content, form: null, batches: [] }, true);
  }

  /** The same, under the series of batches that are at the server already. */
  inSeries(series: string): Tracker {
    const { run } = this.identity;
    const content = {
      schema: SCHEMA,
      version: 1,
      run,
      series,
      created_at: this.createdAt,
    } as const;
    return new Tracker(
      this.path,
      { ...content, form: this.form, batches: this.entries },
      this.isNew,
    );
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
    const { run, series } = this.identity;
    const content: z.infer<typeof trackerSchema> = {
      schema: SCHEMA,
      version: 1,
      run,
      series,
      created_at: this.createdAt,
      form: this.form,
      batches: this.entries,
    };
    writeAtomically(this.path, [`${JSON.stringify(content, null, 1)}\n`], 'json');
  }

  /** Changes an entry, and writes that down. */
  change(entry: Entry, changes: Partial<Entry>): void {
    Object.assign(entry, changes);
    this.save();
  }

  add(entry: Entry): void {
    this.entries.push(entry);
    this.save();
  }

  /** Forgets an entry of which nothing is at the server. */
  drop(entry: Entry): void {
    this.entries.splice(this.entries.indexOf(entry), 1);
    this.save();
  }
}

function readTracker(path: string): z.infer<typeof trackerSchema> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw damaged(path, `is not readable: ${messageOf(cause)}`);
  }
  const parsed = trackerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw damaged(path, describeIssue(parsed.error, value));
}

const damaged = (path: string, what: string) =>
  new UserError(`${path}: ${what}`, {
    hint: 'move it away: batches of this run that are at the server are found there again',
    exitCode: EXIT.badInput,
  });

/**
 * Rows of a file that are in batches at the moment: asked at once they would be paid for twice.
 *
 * @throws UserError when the tracker is damaged
 */
export function keysInBatches(labelFile: string): Set<string> {
  const path = trackerPath(labelFile);
  if (!existsSync(path)) return new Set();
  const open = readTracker(path).batches.filter(({ state }) => state !== 'settled');
  return new Set(open.flatMap(({ keys }) => (keys === '' ? [] : keys.split(' '))));
}

/** An entry before anything of it is done. */
export const newEntry = (
  given: Pick<Entry, 'intent' | 'sha256' | 'requests' | 'usd' | 'keys'>,
): Entry => ({
  ...given,
  state: 'intended',
  at: new Date().toISOString(),
  file_id: null,
  batch_id: null,
  status: null,
  missing: 0,
});
