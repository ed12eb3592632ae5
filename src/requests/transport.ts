import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch, interceptors } from 'undici';
import type { Env } from '../env.js';

/** The web's `fetch`, over connections of ours. */
export type Fetch = typeof fetch;

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
  const decompressing = dispatcher.compose(interceptors.decompress());
  return {
    fetch: (input, init) => fetch(input, { ...init, dispatcher }),
    modelFetch: (input, init) => requestWhole(decompressing, String(input), init ?? {}),
    close: () => dispatcher.destroy(),
  };
}

function openDispatcher(env: Env): Dispatcher {
  const options = { connect: { timeout: CONNECT_TIMEOUT_MS }, keepAliveTimeout: 30_000 };
  const httpProxy = env.HTTP_PROXY ?? env.http_proxy;
  const httpsProxy = env.HTTPS_PROXY ?? env.https_proxy;
  if (!httpProxy && !httpsProxy) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: httpProxy ?? '',
    httpsProxy: httpsProxy ?? httpProxy ?? '',
    noProxy: env.NO_PROXY ?? env.no_proxy ?? '',
  });
}

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
  });
  const text = await reply.body.text();
  return new Response(isBodiless(reply.statusCode) ? null : text, {
    status: reply.statusCode,
    headers: Object.entries(reply.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
  });
}

const isBodiless = (status: number) => status === 204 || status === 304;
