import OpenAI from 'openai';
// The transport loads it for its first request; that request's latency is measured.
import 'undici';
import type { Transport } from '../requests/transport.js';
import { quirksOf } from './providers.js';

/** Where an OpenAI-compatible server is, and how it is asked. */
export interface ClientOptions {
  readonly provider: string;
  readonly baseUrl: string;
  /** Undefined where the server wants none. */
  readonly apiKey: string | undefined;
  readonly transport: Transport;
  /** For one request, from its sending to the end of its reply. */
  readonly timeoutMs: number;
}

/** Opens a client of our own connections and retries, with no headers but those it needs. */
export function openClient(options: ClientOptions): OpenAI {
  return new LeanClient(options);
}

/**
 * The SDK's client, without what it would do anew for each request: build the same headers, and open
 * the signals that pass on a timeout. Both together take longer than the request itself.
 */
class LeanClient extends OpenAI {
  readonly #send: Transport['modelFetch'];

  constructor({ baseUrl, apiKey, provider, transport, timeoutMs }: ClientOptions) {
    super({
      baseURL: baseUrl,
      apiKey: apiKey ?? 'none',
      maxRetries: 0,
      timeout: timeoutMs,
      logLevel: 'off',
    });
    this.#send = quirksOf(provider).takesSdkHeaders
      ? transport.modelFetch
      : withHeadersAlone(transport, apiKey);
    buildHeadersOnce(this);
  }

  /** Where the SDK hands a request over. */
  override async fetchWithTimeout(
    url: string | URL | Request,
    init: RequestInit | undefined,
    timeoutMs: number,
  ): Promise<Response> {
    return this.#send(String(url), { ...init, timeoutMs });
  }
}

/**
 * The SDK adds headers from variables such as OPENAI_ORG_ID and OPENAI_CUSTOM_HEADERS, which may
 * hold a secret. They are meant for OpenAI: any other server gets only the headers below.
 */
function withHeadersAlone(
  { modelFetch }: Transport,
  apiKey: string | undefined,
): Transport['modelFetch'] {
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  };
  return (url, init) => modelFetch(url, { ...init, headers });
}

/**
 * The headers of all requests of a client are the same. The method is private to the SDK: where a
 * later version has none of this name, that costs time and nothing else.
 */
function buildHeadersOnce(client: OpenAI): void {
  const sdk = client as unknown as {
    buildHeaders?: (request: unknown) => Promise<Iterable<readonly [string, string]>>;
  };
  const build = sdk.buildHeaders?.bind(client);
  if (!build) return;
  let built: Promise<object> | undefined;
  Object.assign(client, {
    buildHeaders(request: unknown) {
      built ??= build(request).then((headers) => Object.fromEntries(headers));
      return built;
    },
  });
}
