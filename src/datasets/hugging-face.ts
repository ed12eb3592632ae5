import { asyncBufferFromUrl } from 'hyparquet';
import type { Env } from '../env.js';
import { EXIT, reasonOf, show, UserError } from '../errors.js';
import type { Fetch } from '../requests/transport.js';
import type { Cells } from './columns.js';
import { DEFAULT_SPLIT, type RawDataset, type SettledOptions } from './dataset.js';
import { readParquet } from './parquet.js';

const DEFAULT_HUB = 'https://huggingface.co';

/** Where the Hub is, and how to ask it. */
export interface Hub {
  readonly endpoint: string;
  readonly isMirror: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads the ecosystem's variables: `HF_ENDPOINT` (a mirror) and `HF_TOKEN`. */
export function hubOf(env: Env): Hub {
  const endpoint = (env.HF_ENDPOINT ?? DEFAULT_HUB).replace(/\/+$/, '');
  return {
    endpoint,
    isMirror: endpoint !== DEFAULT_HUB,
    headers: env.HF_TOKEN ? { authorization: `Bearer ${env.HF_TOKEN}` } : {},
  };
}

/**
 * Opens a text dataset of the Hub: `hf:OWNER/NAME` or `hf:OWNER/NAME:CONFIG`. What the Hub does not
 * have is only found out when its rows are read.
 *
 * @throws UserError when the name is of another form
 */
export function openHubDataset(
  name: string,
  { split = DEFAULT_SPLIT, env, fetch, signal }: SettledOptions,
): RawDataset {
  const source = { ...parseHubName(name), split };
  return { split, rows: () => readHubSplit(hubOf(env), source, { fetch, signal }) };
}

function parseHubName(name: string): { repo: string; config: string } {
  const match = /^hf:([\w.-]+\/[\w.-]+)(?::([\w.-]+))?$/.exec(name);
  if (!match?.[1]) {
    throw new UserError(`${show(name)} does not name a Hugging Face dataset`, {
      hint: 'write hf:OWNER/NAME or hf:OWNER/NAME:CONFIG',
    });
  }
  return { repo: match[1], config: match[2] ?? 'default' };
}

/**
 * Streams a split from the Hub's own parquet conversion (`refs/convert/parquet`), shard after
 * shard, by ranged requests.
 *
 * @throws UserError (exit 3) when the Hub has no such split or cannot be reached
 */
async function* readHubSplit(
  hub: Hub,
  { repo, config, split }: { repo: string; config: string; split: string },
  { fetch, signal }: Pick<SettledOptions, 'fetch' | 'signal'>,
): AsyncGenerator<Cells[]> {
  const folder = `${hub.endpoint}/datasets/${repo}/resolve/refs%2Fconvert%2Fparquet/${config}/${split}`;
  for (let shard = 0; ; shard++) {
    const url = `${folder}/${String(shard).padStart(4, '0')}.parquet`;
    const byteLength = await sizeOf(url, hub, fetch);
    if (byteLength === undefined) {
      if (shard > 0) return;
      throw new UserError(
        `the Hub has no parquet of ${repo}, config "${config}", split "${split}" (${url})`,
        {
          hint: 'name the config as hf:OWNER/NAME:CONFIG and the split with `split`; a private dataset needs HF_TOKEN',
          exitCode: EXIT.couldNotFinish,
        },
      );
    }
    const file = await asyncBufferFromUrl({
      url,
      byteLength,
      fetch,
      requestInit: { headers: hub.headers },
    });
    yield* readParquet(file, (cause) => hubError(url, reasonOf(cause), cause), { signal });
  }
}

/** @returns the bytes of a file on the Hub, undefined where there is none */
async function sizeOf(url: string, hub: Hub, fetch: Fetch): Promise<number | undefined> {
  const response = await getFromHub(url, hub, fetch, 'HEAD');
  if (response.status === 404) return undefined;
  const length = Number(response.headers.get('content-length'));
  if (response.ok && length > 0) return length;
  throw hubError(url, `HTTP ${response.status}`);
}

/** @throws UserError (exit 3) when the Hub cannot be reached */
export async function getFromHub(
  url: string,
  hub: Hub,
  fetch: Fetch,
  method: 'GET' | 'HEAD' = 'GET',
) {
  try {
    return await fetch(url, { method, headers: hub.headers });
  } catch (cause) {
    throw hubError(url, reasonOf(cause), cause);
  }
}

export function hubError(url: string, reason: string, cause?: unknown): UserError {
  return new UserError(`cannot read ${url}: ${reason}`, {
    hint: 'check the network, set HF_ENDPOINT to a mirror, or give a file of your own with `dataset`',
    exitCode: EXIT.couldNotFinish,
    cause,
  });
}
