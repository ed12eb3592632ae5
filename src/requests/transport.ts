import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { Env } from '../env.js';
import { show, systemCode } from '../errors.js';
import { type Proxies, proxiesOf } from './proxy.js';
import { speaksTls } from './tls-probe.js';

/** The web's `fetch`. */
export type Fetch = typeof globalThis.fetch;

/** The connections of one run: kept alive and shared by all its requests. */
export interface Transport {
  /** Follows redirects and streams bodies: for downloads. */
  readonly fetch: Fetch;
  /**
   * The same for a model's requests: one whole reply each, no redirects. About twice as fast as
   * the global `fetch` under the openai SDK, and a body that is cut off fails here, where it is
   * retried, and not in the reader.
   */
  readonly modelFetch: Fetch;
  close(): Promise<void>;
}

/**
 * Opens the transport; `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are honoured. What sends is loaded
 * for the first request: many runs have none.
 *
 * @throws UserError when a proxy is not the address of one
 */
export function openTransport(env: Env): Transport {
  const proxies = proxiesOf(env);
  let opened: ReturnType<typeof connect> | undefined;
  const connected = () => {
    opened ??= connect(proxies);
    return opened;
  };
  return {
    fetch: async (input, init) => {
      const { dispatcher, fetch } = await connected();
      return fetch(input, { ...init, dispatcher } as unknown as RequestInit);
    },
    modelFetch: async (input, init) => {
      const { dispatcher } = await connected();
      return requestWhole(dispatcher, String(input), init ?? {});
    },
    close: async () => (await opened)?.dispatcher.destroy(),
  };
}

async function connect(proxies: Proxies) {
  const { openDispatcher, fetch } = await import('./dispatcher.js');
  // undici's own types, of the same standard, are not those of the platform.
  return { dispatcher: openDispatcher(proxies), fetch: fetch as unknown as Fetch };
}

/** What no further request would change. */
export class UnreadableServerError extends Error {
  override readonly name = 'UnreadableServerError';
  readonly hint: string;
  readonly mayBeBilled: boolean;

  constructor(
    message: string,
    { hint, mayBeBilled, cause }: { hint: string; mayBeBilled: boolean; cause?: unknown },
  ) {
    super(message, { cause });
    this.hint = hint;
    this.mayBeBilled = mayBeBilled;
  }
}

/** No verdict needs more; a server that never ends must not fill the memory. */
const LONGEST_REPLY_BYTES = 8_000_000;

async function requestWhole(
  dispatcher: Dispatcher,
  url: string,
  { method, headers, body, signal }: RequestInit,
): Promise<Response> {
  const { origin, pathname, search } = new URL(url);
  const reply = await requestOrExplain(dispatcher, {
    origin,
    path: pathname + search,
    method: (method ?? 'GET') as Dispatcher.HttpMethod,
    headers: Object.fromEntries(new Headers(headers)),
    body: (body as string | null | undefined) ?? null,
    signal: signal ?? null,
    // The SDK's own timeout holds for the whole of a request.
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

/** Servers that have spoken HTTP hang up for other reasons. */
const spokeHttp = new Set<string>();

/** @throws UnreadableServerError where plain HTTP was sent to a port with TLS */
async function requestOrExplain(
  dispatcher: Dispatcher,
  options: Dispatcher.RequestOptions & { readonly origin: string },
): Promise<Dispatcher.ResponseData> {
  const { origin } = options;
  try {
    const reply = await dispatcher.request(options);
    spokeHttp.add(origin);
    return reply;
  } catch (error) {
    const isPlain = origin.startsWith('http:') && !spokeHttp.has(origin);
    const isBroken = /^(?:UND_ERR_SOCKET|HPE_|ECONNRESET)/.test(systemCode(error) ?? '');
    if (!isPlain || !isBroken || !(await speaksTls(origin))) throw error;
    throw new UnreadableServerError('it speaks TLS, and was asked without', {
      hint: 'write the base URL with https://',
      mayBeBilled: false,
      cause: error,
    });
  }
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

/** We do not ask for compression; a gateway between may still compress, and be paid for it. */
function decompress(body: Buffer, encoding: string | string[] | undefined): Buffer {
  const encodings = [encoding ?? []].flat().join(',').toLowerCase().split(',');
  return encodings.reduceRight((packed, name) => decoded(packed, name.trim()), body);
}

function decoded(body: Buffer, encoding: string): Buffer {
  const options = { maxOutputLength: LONGEST_REPLY_BYTES };
  switch (encoding) {
    case '':
    case 'identity':
      return body;
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(body, options);
    case 'br':
      return brotliDecompressSync(body, options);
    case 'deflate':
      // Some servers leave out the wrapper, whose first byte is always 0x78 in practice.
      return body[0] === 0x78 ? inflateSync(body, options) : inflateRawSync(body, options);
    default:
      throw new UnreadableServerError(`its replies have the Content-Encoding ${show(encoding)}`, {
        hint: 'have the server, or the gateway before it, send its replies uncompressed or with gzip',
        mayBeBilled: true,
      });
  }
}
