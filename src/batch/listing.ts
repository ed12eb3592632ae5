import type OpenAI from 'openai';
import { z } from 'zod';
import { MalformedReplyError } from '../requests/malformed-reply.js';
import { type Batch, readBatch } from './batch.js';
import { type Label, labelOfBatch, labelOfFile } from './identity.js';

/** What is at the server under the name of a run. */
export interface Found {
  readonly batches: readonly { readonly batch: Batch; readonly label: Label }[];
  readonly files: readonly { readonly id: string; readonly label: Label }[];
}

/** Whose lists are read, and how far back. */
interface Place {
  readonly client: OpenAI;
  /** In seconds since 1970; a server that does not say when is read to the end. */
  readonly since: number;
  readonly signal: AbortSignal;
}

/** The files of a run, by their names. */
export async function listFiles(run: string, place: Place): Promise<Found['files']> {
  const found: { id: string; label: Label }[] = [];
  const query = { purpose: 'batch', limit: 1000, order: 'desc' };
  for await (const listed of list('/files', query, place)) {
    const file = fileSchema.safeParse(listed).data;
    if (!file) continue;
    if ((file.created_at ?? place.since) < place.since) break;
    const label = labelOfFile(file.filename ?? '');
    if (label?.run === run) found.push({ id: file.id, label });
  }
  return found;
}

/**
 * The batches of a run, by what goes along with them, or by their files where a server keeps nothing of
 * that.
 */
export async function listBatches(
  run: string,
  files: Found['files'],
  place: Place,
): Promise<Found['batches']> {
  const labels = new Map(files.map(({ id, label }) => [id, label]));
  const found: { batch: Batch; label: Label }[] = [];
  for await (const listed of list('/batches', { limit: 100 }, place)) {
    const batch = readBatch(listed);
    if ((batch.created_at ?? place.since) < place.since) break;
    const label = labelOfBatch(batch.metadata ?? {}) ?? labels.get(batch.input_file_id ?? '');
    if (label?.run === run) found.push({ batch, label });
  }
  return found;
}

const fileSchema = z.object({
  id: z.string(),
  filename: z.string().nullish(),
  created_at: z.number().nullish(),
});

const pageSchema = z.object({ data: z.array(z.unknown()), has_more: z.boolean().nullish() });
const namedSchema = z.object({ id: z.string() });

/**
 * All that a server lists, page by page. The SDK takes a list of another form for an empty one: batches
 * that are there would not be seen, and be made again.
 */
async function* list(
  path: string,
  query: Readonly<Record<string, unknown>>,
  { client, signal }: Place,
): AsyncGenerator<unknown> {
  for (let after: string | undefined; ; ) {
    const page = pageSchema.safeParse(
      await client.get(path, { query: { ...query, after }, signal }),
    ).data;
    if (!page) throw new MalformedReplyError(`${path} is no list as OpenAI documents it`);
    const last = namedSchema.safeParse(page.data.at(-1)).data?.id;
    if (last === after) return; // Nothing is left, or the server knows no pages.
    yield* page.data;
    if (page.has_more === false || last === undefined) return;
    after = last;
  }
}
