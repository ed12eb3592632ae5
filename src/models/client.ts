import OpenAI from 'openai';
// The transport loads it for its first request; that request's latency is measured.
import 'undici';
import type { Fetch, ModelFetch, ModelRequest, Transport } from '../requests/transport.js';
import { throughMessages } from './anthropic.js';
import { throughContentSafety } from './content-safety.js';
import { jsonHeaders } from './json-headers.js';
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

/** Opens a client for files, which go and come as streams, and for batches. */
export function openFileClient({
  baseUrl,
  apiKey,
  provider,
  transport,
  timeoutMs,
}: ClientOptions): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    fetch: quirksOf(provider).takesSdkHeaders ? transport.fetch : withFileHeadersAlone(transport),
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
  });
}

/** What puts a request into another protocol, and its reply back. */
const THROUGH = { messages: throughMessages, severities: throughContentSafety };

/** Headers that are of the request itself, and none of the SDK's variables. */
const OF_REQUEST = ['accept', 'authorization', 'content-type', 'range'];

const withFileHeadersAlone =
  ({ fetch }: Transport): Fetch =>
  (url, init) => {
    const given = new Headers(init?.headers);
    const headers = OF_REQUEST.flatMap((name): [string, string][] => {
      const value = given.get(name);
      return value === null || value === 'Bearer none' ? [] : [[name, value]];
    });
    return fetch(url, { ...init, headers });
  };

/**
 * The SDK's client, without what it would do anew for each request: build the same headers, prepare them
 * for a log that is off, and open the signals that pass on a timeout.
 */
class LeanClient extends OpenAI {
  readonly #send: ModelFetch;
  #headers: Headers | undefined;

  constructor({ baseUrl, apiKey, provider, transport, timeoutMs }: ClientOptions) {
    super({
      baseURL: baseUrl,
      apiKey: apiKey ?? 'none',
      maxRetries: 0,
      timeout: timeoutMs,
      logLevel: 'off',
    });
    const { takesSdkHeaders, speaks } = quirksOf(provider);
    const through = speaks && THROUGH[speaks];
    this.#send = through?.(transport.modelFetch, apiKey) ?? transport.modelFetch;
    this.#headers = takesSdkHeaders ? undefined : ownHeaders(apiKey);
    this.#buildHeadersOnce();
  }

  /** Where the SDK hands a request over. */
  override fetchWithTimeout(
    url: string | URL | Request,
    init: RequestInit | undefined,
    timeoutMs: number,
  ): Promise<Response> {
    const request = init as Pick<ModelRequest, 'method' | 'headers' | 'body' | 'signal'>;
    const headers = this.#headers ?? request.headers ?? {};
    return this.#send(String(url), { ...request, headers, timeoutMs });
  }

  /**
   * All requests of a client have the same headers. The method is private to the SDK: where a later
   * version has none of this name, that costs time and nothing else.
   */
  #buildHeadersOnce(): void {
    const sdk = this as unknown as {
      buildHeaders?: (request: unknown) => Promise<Iterable<readonly [string, string]>>;
    };
    const build = sdk.buildHeaders?.bind(this);
    if (!build) return;
    const buildOnce = async (request: unknown) => {
      this.#headers ??= Object.fromEntries(await build(request));
      return {};
    };
    Object.assign(this, { buildHeaders: buildOnce });
  }
}

type Headers = Readonly<Record<string, string>>;

/**
 * The SDK adds headers from variables such as OPENAI_ORG_ID and OPENAI_CUSTOM_HEADERS, which may
 * hold a secret. They are meant for OpenAI: any other server gets only these.
 */
const ownHeaders = (apiKey: string | undefined): Headers =>
  jsonHeaders('authorization', apiKey === undefined ? undefined : `Bearer ${apiKey}`);
