import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { completion } from './model-server.js';

/** A line of a file of requests. */
export interface BatchRequest {
  readonly custom_id: string;
  readonly method: string;
  readonly url: string;
  readonly body: {
    readonly model: string;
    readonly messages?: readonly { readonly role: string; readonly content: string }[];
    readonly input?: string;
    readonly [parameter: string]: unknown;
  };
}

/** What becomes of one request: an answer, an error of its own, or nothing before the batch ends. */
export type Outcome =
  | { readonly json: unknown; readonly status?: number }
  | { readonly error: { readonly code: string; readonly message: string } }
  | 'not done';

export type Status =
  | 'validating'
  | 'in_progress'
  | 'finalizing'
  | 'completed'
  | 'failed'
  | 'expired'
  | 'cancelled';

/** A step of a batch, each shown once to who asks for it. */
export type Course = readonly Status[];

const USUAL: Course = ['validating', 'in_progress', 'finalizing', 'completed'];

export interface ServedBatch {
  readonly id: string;
  readonly inputFileId: string;
  readonly metadata: Record<string, string> | null;
  readonly createdAt: number;
  readonly requests: readonly BatchRequest[];
  course: Course;
  step: number;
  status: Status;
  outputFileId: string | null;
  errorFileId: string | null;
  errors: readonly { code: string; message: string }[] | null;
  readonly keys: ReadonlySet<string>;
  /** The rows that it was billed for. */
  readonly done: Set<string>;
  counts: { total: number; completed: number; failed: number };
}

/** Where a test can step in: what is about to be done, or has just been done and not yet told. */
export type Moment =
  | `before ${Action}`
  | `after ${Action}`
  /** A part of a result has been sent. */
  | 'within download';
export type Action =
  | 'upload'
  | 'create'
  | 'retrieve'
  | 'download'
  | 'list files'
  | 'list batches'
  | 'chat';

export interface BatchServerOptions {
  /** Default: toxic where the text says TOXIC. */
  readonly answer?: (request: BatchRequest) => Outcome;
  /** Which way a batch goes. Default: to its completion. */
  readonly courseOf?: (batch: ServedBatch, number: number) => Course;
  /** Says why a batch fails. */
  readonly errorsOf?: (batch: ServedBatch) => readonly { code: string; message: string }[];
  /** Called at each moment: it may answer in the server's place, or break the connection. */
  readonly at?: (moment: Moment, response: ServerResponse) => unknown;
  /** Whether metadata is kept. Default: true. */
  readonly keepsMetadata?: boolean;
  /** Whether a part of a file can be had. Default: false, as OpenAI documents none. */
  readonly hasRanges?: boolean;
  /** Ends the bodies of result files after so many bytes, as often as this says. */
  readonly truncate?: { bytes: number; times: number; quietly?: boolean };
  readonly shuffle?: (most: number) => number;
}

export interface BatchServer {
  readonly url: string;
  readonly batches: readonly ServedBatch[];
  readonly files: ReadonlyMap<string, { readonly name: string; readonly content: string }>;
  /** Of each row that was answered in a batch: how often it was billed. */
  readonly billed: ReadonlyMap<string, number>;
  /** Texts that were asked at once. */
  readonly asked: readonly string[];
  /** In how many batches each row was submitted. */
  readonly submitted: ReadonlyMap<string, number>;
  /** Rows that were submitted while another batch had them, or had answered them. */
  readonly doubles: readonly string[];
  /** Requests so far, as `POST /v1/batches`. */
  readonly log: readonly string[];
  /** Emits each moment. */
  readonly events: EventEmitter;
  close(): Promise<void>;
}

export const textOf = ({ body }: Pick<BatchRequest, 'body'>): string =>
  body.messages?.findLast(({ role }) => role === 'user')?.content ?? body.input ?? '';

const defaultAnswer = (request: BatchRequest): Outcome => ({
  json: completion(textOf(request).includes('TOXIC') ? 'toxic' : 'not toxic'),
});

/**
 * Starts a real HTTP server with OpenAI's files and batches, as its reference documents them. A batch takes
 * a step of its course each time that it is asked for; its requests are billed when it begins to finish.
 */
export async function startBatchServer(options: BatchServerOptions = {}): Promise<BatchServer> {
  const { answer = defaultAnswer, at = () => {}, keepsMetadata = true } = options;
  const files = new Map<string, { name: string; content: string; createdAt: number }>();
  const batches: ServedBatch[] = [];
  const billed = new Map<string, number>();
  const submitted = new Map<string, number>();
  const doubles: string[] = [];
  const asked: string[] = [];
  const log: string[] = [];
  const events = new EventEmitter().setMaxListeners(0);
  let clock = Math.floor(Date.now() / 1000);
  let names = 0;
  const add = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  const addFile = (name: string, content: string): string => {
    names += 1;
    const id = `file-${names}`;
    files.set(id, { name, content, createdAt: clock });
    return id;
  };

  const finish = (batch: ServedBatch): void => {
    const lines = { output: [] as string[], error: [] as string[] };
    for (const [i, request] of batch.requests.entries()) {
      const outcome = answer(request);
      const line = resultLine(batch, i, request.custom_id, outcome);
      if (outcome !== 'not done' && !('error' in outcome)) {
        add(billed, request.custom_id);
        batch.done.add(request.custom_id);
      }
      const isGood = outcome !== 'not done' && 'json' in outcome && (outcome.status ?? 200) < 400;
      (isGood ? lines.output : lines.error).push(line);
    }
    const { shuffle } = options;
    const text = (all: string[]) => (shuffle ? shuffled(all, shuffle) : all).join('');
    batch.counts.completed = lines.output.length;
    batch.counts.failed = lines.error.length;
    if (lines.output.length > 0) batch.outputFileId = addFile('output.jsonl', text(lines.output));
    if (lines.error.length > 0) batch.errorFileId = addFile('errors.jsonl', text(lines.error));
  };

  const advance = (batch: ServedBatch): void => {
    const next = batch.course[Math.min(batch.step, batch.course.length - 1)] ?? batch.status;
    batch.step += 1;
    if (next === batch.status) return;
    batch.status = next;
    if (next === 'failed') batch.errors = options.errorsOf?.(batch) ?? null;
    else if (['completed', 'expired', 'cancelled'].includes(next)) finish(batch);
  };

  const server = createServer({ keepAliveTimeout: 0 }, async (incoming, response) => {
    incoming.on('error', () => {});
    response.on('error', () => {});
    try {
      await handle(incoming, response);
    } catch {
      response.destroy(); // Who asked has gone.
    }
  });

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '', 'http://localhost');
    const path = url.pathname.replace(/^\/v1/, '');
    log.push(`${incoming.method} ${path}`);
    const action = actionOf(incoming.method ?? 'GET', path);
    const body = await readBody(incoming);
    const moment = async (each: Moment) => {
      events.emit(each);
      await at(each, response);
      return response.writableEnded || response.destroyed;
    };
    if (action && (await moment(`before ${action}`))) return;
    const reply = await act(incoming.method ?? 'GET', path, url.searchParams, body);
    if (action && (await moment(`after ${action}`))) return;
    if ('content' in reply) return sendFile(incoming, response, reply.content, moment);
    sendJson(response, reply.json, reply.status);
  }

  type Reply = { json: unknown; status?: number } | { content: string };

  async function act(
    method: string,
    path: string,
    query: URLSearchParams,
    body: Buffer,
  ): Promise<Reply> {
    const [, room, id, part] = path.split('/');
    clock += 1;
    if (room === 'chat' || room === 'moderations') {
      const request = { custom_id: '', method, url: path, body: JSON.parse(body.toString()) };
      asked.push(textOf(request));
      const outcome = answer(request);
      if (outcome === 'not done' || 'error' in outcome) return errorReply(500, 'no answer');
      return { json: outcome.json, status: outcome.status ?? 200 };
    }
    if (room === 'files' && method === 'POST') {
      const { name, content } = readUpload(body);
      return { json: fileJson(addFile(name, content)) };
    }
    if (room === 'files' && part === 'content') {
      const file = files.get(id ?? '');
      return file ? { content: file.content } : errorReply(404, 'no such file');
    }
    if (room === 'files') return { json: page([...files.keys()].reverse().map(fileJson), query) };
    if (room !== 'batches') return errorReply(404, 'no such path');
    if (method === 'POST') return { json: batchJson(createBatch(JSON.parse(body.toString()))) };
    if (id === undefined) return { json: page([...batches].reverse().map(batchJson), query) };
    const batch = batches.find((each) => each.id === id);
    if (!batch) return errorReply(404, 'no such batch');
    advance(batch);
    return { json: batchJson(batch) };
  }

  function createBatch(given: {
    input_file_id: string;
    metadata?: Record<string, string>;
  }): ServedBatch {
    const content = files.get(given.input_file_id)?.content ?? '';
    const requests = content
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as BatchRequest);
    for (const { custom_id } of requests) {
      add(submitted, custom_id);
      const isThere = batches.some(
        ({ status, done, keys }) =>
          (!hasEnded(status) && keys.has(custom_id)) || done.has(custom_id),
      );
      if (isThere) doubles.push(custom_id);
    }
    const batch: ServedBatch = {
      id: `batch_${batches.length + 1}`,
      inputFileId: given.input_file_id,
      metadata: keepsMetadata ? (given.metadata ?? null) : null,
      createdAt: clock,
      requests,
      course: USUAL,
      step: 1,
      status: 'validating',
      outputFileId: null,
      errorFileId: null,
      errors: null,
      keys: new Set(requests.map(({ custom_id }) => custom_id)),
      done: new Set(),
      counts: { total: requests.length, completed: 0, failed: 0 },
    };
    batches.push(batch);
    batch.course = options.courseOf?.(batch, batches.length) ?? USUAL;
    return batch;
  }

  const fileJson = (id: string) => {
    const { name = '', content = '', createdAt = 0 } = files.get(id) ?? {};
    const bytes = Buffer.byteLength(content);
    return { id, object: 'file', filename: name, bytes, created_at: createdAt, purpose: 'batch' };
  };

  async function sendFile(
    incoming: IncomingMessage,
    response: ServerResponse,
    content: string,
    moment: (each: Moment) => Promise<boolean>,
  ): Promise<void> {
    const whole = Buffer.from(content);
    const [, from] = /^bytes=(\d+)-$/.exec(incoming.headers.range ?? '') ?? [];
    const isPart = options.hasRanges === true && from !== undefined;
    const bytes = isPart ? whole.subarray(Number(from)) : whole;
    const { truncate } = options;
    const isCut = truncate !== undefined && truncate.times > 0 && bytes.length > truncate.bytes;
    const isQuiet = isCut && truncate.quietly === true;
    if (isCut) truncate.times -= 1;
    const sent = isCut ? bytes.subarray(0, truncate.bytes) : bytes;
    response.writeHead(isPart ? 206 : 200, {
      'content-type': 'application/octet-stream',
      ...(isQuiet ? {} : { 'content-length': bytes.length }),
    });
    const half = Math.floor(sent.length / 2);
    response.write(sent.subarray(0, half));
    if (await moment('within download')) return;
    response.write(sent.subarray(half), () => {
      if (isCut && !isQuiet) response.destroy();
      else response.end();
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    batches,
    files,
    billed,
    asked,
    submitted,
    doubles,
    log,
    events,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const hasEnded = (status: Status) =>
  ['completed', 'failed', 'expired', 'cancelled'].includes(status);

function actionOf(method: string, path: string): Action | undefined {
  const [, room, id, part] = path.split('/');
  if (room === 'chat') return 'chat';
  if (room === 'files') {
    if (method === 'POST') return 'upload';
    return part === 'content' ? 'download' : 'list files';
  }
  if (room !== 'batches') return undefined;
  if (method === 'POST') return 'create';
  return id === undefined ? 'list batches' : 'retrieve';
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The file of a form, as the SDK writes it. */
function readUpload(body: Buffer): { name: string; content: string } {
  const text = body.toString('utf8');
  const boundary = text.slice(0, text.indexOf('\r\n'));
  const file = text.split(boundary).find((part) => part.includes('name="file"')) ?? '';
  const [, name = ''] = /filename="([^"]*)"/.exec(file) ?? [];
  return { name, content: file.slice(file.indexOf('\r\n\r\n') + 4, -2) };
}

function resultLine(batch: ServedBatch, i: number, custom_id: string, outcome: Outcome): string {
  const id = `batch_req_${batch.id}_${i}`;
  const line = (response: unknown, error: unknown) =>
    `${JSON.stringify({ id, custom_id, response, error })}\n`;
  if (outcome === 'not done') {
    const code = batch.status === 'cancelled' ? 'batch_cancelled' : 'batch_expired';
    return line(null, { code, message: 'This request could not be executed before the end.' });
  }
  if ('error' in outcome) return line(null, outcome.error);
  const { json, status = 200 } = outcome;
  return line({ status_code: status, request_id: `req_${i}`, body: json }, null);
}

const batchJson = (batch: ServedBatch) => ({
  id: batch.id,
  object: 'batch',
  endpoint: batch.requests[0]?.url ?? '',
  errors: batch.errors && { object: 'list', data: batch.errors },
  input_file_id: batch.inputFileId,
  completion_window: '24h',
  status: batch.status,
  output_file_id: batch.outputFileId,
  error_file_id: batch.errorFileId,
  created_at: batch.createdAt,
  request_counts: batch.counts,
  metadata: batch.metadata,
});

function page(all: readonly { id: string }[], query: URLSearchParams) {
  const after = query.get('after');
  const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const limit = Number(query.get('limit') ?? 20);
  const data = all.slice(start, start + limit);
  const has_more = start + limit < all.length;
  return { object: 'list', data, first_id: data[0]?.id, last_id: data.at(-1)?.id, has_more };
}

const errorReply = (status: number, message: string) => ({ status, json: { error: { message } } });

export function sendJson(response: ServerResponse, json: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(json));
}

function shuffled<T>(items: readonly T[], upTo: (most: number) => number): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(upTo(left.length - 1), 1));
}
