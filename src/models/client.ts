import OpenAI from 'openai';
// The transport loads it for its first request; that request's latency is measured.
import 'undici';
import type { Fetch, Transport } from '../requests/transport.js';
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
export function openClient({
  baseUrl,
  apiKey,
  provider,
  transport,
  timeoutMs,
}: ClientOptions): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    fetch: quirksOf(provider).takesSdkHeaders
      ? transport.modelFetch
      : withHeadersAlone(transport, apiKey),
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
  });
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
 * The SDK adds headers from variables such as OPENAI_ORG_ID and OPENAI_CUSTOM_HEADERS, which may
 * hold a secret. They are meant for OpenAI: any other server gets only the headers below.
 */
function withHeadersAlone({ modelFetch }: Transport, apiKey: string | undefined): Fetch {
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  };
  return (url, init) => modelFetch(url, { ...init, headers });
}
