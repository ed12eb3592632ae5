import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch } from 'undici';
import type { Env } from '../env.js';
import { show, UserError } from '../errors.js';

/** The web's `fetch`, as a caller's own program types it. */
export type Fetch = typeof globalThis.fetch;

const CONNECT_TIMEOUT_MS = 10_000;

/** The connections of one run: kept alive and shared by all its requests. */
export interface Transport {
  /** Follows redirects and streams bodies: for downloads. */
  readonly fetch: Fetch;
  /**
   * The same for a model's requests: one whole reply each, no redirects. About twice as fast as
   * the global `fetch` under the openai SDK, and a body that is cut off fails here, where it is
   * retried, and not in the reader.
   */
  readonly modelFetch: typeof globalThis.fetch;
  close(): Promise<void>;
}

/** Opens the transport; `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are honoured. */
export function openTransport(env: Env): Transport {
  const dispatcher = openDispatcher(env);
  const overDispatcher: typeof fetch = (input, init) => fetch(input, { ...init, dispatcher });
  return {
    fetch: overDispatcher as unknown as Fetch, // The types of undici differ from those of Node.
    modelFetch: (input, init) => requestWhole(dispatcher, String(input), init ?? {}),
    close: () => dispatcher.destroy(),
  };
}

function openDispatcher(env: Env): Dispatcher {
  const options = { connect: { timeout: CONNECT_TIMEOUT_MS }, keepAliveTimeout: 30_000 };
  const httpProxy = proxyAddress(env.HTTP_PROXY ?? env.http_proxy);
  const httpsProxy = proxyAddress(env.HTTPS_PROXY ?? env.https_proxy);
  if (!httpProxy && !httpsProxy) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: httpProxy ?? '',
    httpsProxy: httpsProxy ?? httpProxy ?? '',
    noProxy: env.NO_PROXY ?? env.no_proxy ?? '',
  });
}

/** `localhost:3128` is as common as `http://localhost:3128`. */
function proxyAddress(proxy: string | undefined): string | undefined {
  if (proxy === undefined) return undefined;
  const address = /^[a-z]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  if (URL.canParse(address)) return address;
  throw new UserError(`the proxy ${show(proxy)} is not a web address`, {
    hint: 'correct HTTP_PROXY or HTTPS_PROXY, such as http://localhost:3128',
  });
}

/** No verdict needs more; a server that never ends must not fill the memory. */
const LONGEST_REPLY_BYTES = 8_000_000;

async function requestWhole(
  dispatcher: Dispatcher,
  url: string,
  { method, headers, body, signal }: RequestInit,
): Promise<Response> {
  const { origin, pathname, search } = new URL(url);
  const reply = await dispatcher.request({
    origin,
    path: pathname + search,
    method: (method ?? 'GET') as Dispatcher.HttpMethod,
    headers: Object.fromEntries(new Headers(headers)),
    body: (body as string | null | undefined) ?? null,
    signal: signal ?? null,
    // The SDK's own timeout, which --timeout sets, holds for the whole of a request.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const { 'content-encoding': encoding, ...replyHeaders } = reply.headers;
  const text = decompress(await readAll(reply.body), encoding).toString('utf8');
  return new Response(BODILESS.has(reply.statusCode) ? null : text, {
    status: reply.statusCode,
    headers: Object.entries(replyHeaders).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
  });
}

const BODILESS = new Set([204, 205, 304]);

async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LONGEST_REPLY_BYTES) {
      throw new Error(`the reply is longer than ${LONGEST_REPLY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** We do not ask for compression; a gateway between may still compress. */
function decompress(body: Buffer, encoding: string | string[] | undefined): Buffer {
  const options = { maxOutputLength: LONGEST_REPLY_BYTES };
  if (encoding === 'gzip') return gunzipSync(body, options);
  if (encoding === 'br') return brotliDecompressSync(body, options);
  return encoding === 'deflate' ? inflateSync(body, options) : body;
}
