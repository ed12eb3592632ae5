import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request to `/chat/completions`, as it arrived. */
export interface ChatRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly [parameter: string]: unknown;
  };
  /** The user's message. */
  readonly text: string;
  /** How often this text has been asked, this time included. */
  readonly attempt: number;
}

/** What to answer: a completion's text, or a whole HTTP reply. */
export type Answer =
  | string
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly json: unknown }
  | { readonly raw: (response: ServerResponse) => void };

export type Answering = (request: ChatRequest) => Answer | Promise<Answer>;

export interface ModelServer {
  /** Base URL, ending in /v1. */
  readonly url: string;
  readonly requests: ChatRequest[];
  /** Waits until so many requests have arrived in all. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A chat completion as servers send it. */
export function completion(content: string | null, extra: Record<string, unknown> = {}) {
  const { finish_reason = 'stop', usage, logprobs, ...message } = extra;
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [
      { index: 0, finish_reason, logprobs, message: { role: 'assistant', content, ...message } },
    ],
    usage: usage ?? { prompt_tokens: 100, completion_tokens: 3, total_tokens: 103 },
  };
}

/** An error as OpenAI words it. */
export function refusal(
  status: number,
  error: { message: string; code?: string; param?: string; type?: string },
  headers: Record<string, string> = {},
): Answer {
  return { status, headers, json: { error } };
}

/** Starts a real HTTP server that speaks OpenAI's chat completions. */
export async function startModelServer(answering: Answering): Promise<ModelServer> {
  const requests: ChatRequest[] = [];
  const attempts = new Map<string, number>();
  const arrivals = new EventEmitter().setMaxListeners(0);
  let arrived = 0;
  // No connection is closed for being idle: the next request on it would be sent twice.
  const server = createServer({ keepAliveTimeout: 0 }, async (incoming, response) => {
    let received = '';
    for await (const chunk of incoming.setEncoding('utf8')) received += chunk;
    const body = JSON.parse(received) as ChatRequest['body'];
    const text =
      body.messages?.findLast(({ role }) => role === 'user')?.content ?? String(body.input ?? '');
    const attempt = (attempts.get(text) ?? 0) + 1;
    attempts.set(text, attempt);
    const request = {
      path: incoming.url ?? '',
      headers: incoming.headers,
      body,
      text,
      attempt,
    };
    requests.push(request);
    arrived += 1;
    arrivals.emit('request');
    const answer = await answering(request);
    if (typeof answer === 'string') send(response, { json: completion(answer) });
    else if ('raw' in answer) answer.raw(response);
    else send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    async received(count) {
      while (arrived < count) await once(arrivals, 'request');
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(
  response: ServerResponse,
  {
    status = 200,
    headers = {},
    json,
  }: { status?: number; headers?: Record<string, string>; json: unknown },
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(json));
}
