import type { Dispatcher } from 'undici';
import type { Env } from '../env.js';
import { systemCode } from '../errors.js';
import { type Proxies, proxiesOf } from './proxy.js';
import { speaksTls } from './tls-probe.js';
import { UnreadableServerError } from './unreadable-server.js';
import { type RawOptions, requestRaw, WholeReply } from './whole-reply.js';

/** The web's `fetch`. */
export type Fetch = typeof globalThis.fetch;

export interface ModelRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly signal?: AbortSignal | null;
  /** From its sending to the end of its reply. */
  readonly timeoutMs: number;
}

/** Sends a model's request; it fails as timed out where its reply does not end in time. */
export type ModelFetch = (url: string, request: ModelRequest) => Promise<Response>;

/** The connections of one run: kept alive and shared by all its requests. */
export interface Transport {
  /** Follows redirects and streams bodies: for downloads. */
  readonly fetch: Fetch;
  /**
   * The same for a model's requests: one whole reply each, no redirects, and of the `Response` only
   * what the openai SDK reads. A body that is cut off fails here, where it is retried, and not in the
   * reader.
   */
  readonly modelFetch: ModelFetch;
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
    modelFetch: async (url, request) => {
      const { dispatcher } = await connected();
      return requestWhole(dispatcher, url, request);
    },
    close: async () => (await opened)?.dispatcher.destroy(),
  };
}

async function connect(proxies: Proxies) {
  const { openDispatcher, fetch } = await import('./dispatcher.js');
  // undici's own types, of the same standard, are not those of the platform.
  return { dispatcher: openDispatcher(proxies), fetch: fetch as unknown as Fetch };
}

async function requestWhole(
  dispatcher: Dispatcher,
  url: string,
  { method = 'GET', headers, body, signal, timeoutMs }: ModelRequest,
): Promise<Response> {
  const { origin, pathname, search } = new URL(url);
  const options = {
    origin,
    path: pathname + search,
    method: method.toUpperCase() as Dispatcher.HttpMethod,
    headers: headers ?? {},
    body: body ?? null,
    // Our own timeout holds for the whole of a request.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const reply = await requestOrExplain(dispatcher, options, { signal, timeoutMs });
  return new WholeReply(url, reply) as unknown as Response; // All of it that the SDK reads.
}

/** Servers that have spoken HTTP hang up for other reasons. */
const spokeHttp = new Set<string>();

/** @throws UnreadableServerError where plain HTTP was sent to a port with TLS */
async function requestOrExplain(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions & { readonly origin: string },
  ends: Pick<RawOptions, 'signal' | 'timeoutMs'>,
) {
  const { origin } = options;
  try {
    return await requestRaw(dispatcher, options, {
      ...ends,
      onStart: () => spokeHttp.add(origin),
    });
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
