import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { show } from '../errors.js';
import { UnreadableServerError } from './unreadable-server.js';

/** No verdict needs more; a server that never ends must not fill the memory. */
const LONGEST_REPLY_BYTES = 8_000_000;

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A reply as it came. */
interface RawReply {
  readonly status: number;
  readonly headers: RawHeaders;
  readonly body: Buffer;
}

export interface RawOptions {
  readonly signal?: AbortSignal | null | undefined;
  /** From its sending to the end of its reply. */
  readonly timeoutMs: number;
  /** Called when a reply begins. */
  onStart?(): void;
}

/**
 * Sends a request and reads its reply to the end. It uses undici's lowest layer: its `request` opens a
 * stream for each body, which takes longer than all the rest.
 *
 * @throws the signal's reason when aborted; undici's errors; Error when the reply is too long, or has
 *   no end in time
 */
export function requestRaw(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { signal, timeoutMs, onStart }: RawOptions,
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let status = 0;
    let headers: RawHeaders = {};
    let sending: Dispatcher.DispatchController | undefined;
    let ended: Error | undefined;
    const end = (error: Error) => {
      ended = error;
      leave();
      reject(error);
      sending?.abort(error);
    };
    const onAbort = () => end(signal?.reason);
    const timer = setTimeout(() => end(new Error('the request timed out')), timeoutMs);
    const leave = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort);
    dispatcher.dispatch(request, {
      onRequestStart(controller) {
        sending = controller;
        if (ended) controller.abort(ended);
      },
      onResponseStart(_, statusCode, received) {
        status = statusCode; // Of the last, where informational ones come before.
        headers = received;
        onStart?.();
      },
      onResponseData(_, chunk) {
        size += chunk.length;
        chunks.push(chunk);
        if (size > LONGEST_REPLY_BYTES) {
          end(new Error(`the reply is longer than ${LONGEST_REPLY_BYTES} bytes`));
        }
      },
      onResponseEnd() {
        leave();
        resolve({ status, headers, body: Buffer.concat(chunks) });
      },
      onResponseError(_, error) {
        leave();
        reject(error);
      },
    });
  });
}

/** The headers of a reply, as far as anybody reads them. */
export class ReplyHeaders {
  readonly #values: RawHeaders;

  constructor(values: RawHeaders) {
    this.#values = values;
  }

  /** @param name - in lower case */
  get(name: string): string | null {
    const value = this.#values[name];
    return value === undefined ? null : String(value);
  }

  *entries(): Generator<[string, string]> {
    for (const name of Object.keys(this.#values)) yield [name, this.get(name) ?? ''];
  }
}

/** What the SDK reads of a `Response`. One of the platform's takes as long as the request itself. */
export class WholeReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly url: string;
  /** It is no stream any more. */
  readonly body = null;
  readonly #text: string;

  /** @throws UnreadableServerError where the body is packed in a way that is not known */
  constructor(url: string, { status, headers, body }: RawReply) {
    const { 'content-encoding': encoding, ...others } = headers;
    this.status = status;
    this.headers = new ReplyHeaders(others);
    this.url = url;
    this.#text = decompress(body, encoding)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  async text(): Promise<string> {
    return this.#text;
  }

  /** @throws SyntaxError */
  async json(): Promise<unknown> {
    return JSON.parse(this.#text);
  }
}

/** We do not ask for compression; a gateway between may still compress, and be paid for it. */
function decompress(body: Buffer, encoding: string | string[] | undefined): Buffer {
  if (encoding === undefined) return body;
  const encodings = [encoding].flat().join(',').toLowerCase().split(',');
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
