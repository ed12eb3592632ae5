import { statSync } from 'node:fs';
import { type Env, readEnv } from '../env.js';
import { show, UserError } from '../errors.js';
import type { Fetch } from '../requests/transport.js';
import { keepSecrets } from '../secrets/redact.js';
import { secretsOf } from '../secrets/values.js';
import { type SampleSource, toSamples } from './columns.js';
import { type Dataset, type DatasetOptions, type SettledOptions, STDIN } from './dataset.js';
import { FILE_ENDINGS } from './endings.js';
import { refuseNoFile } from './file.js';
import { DATASET_KINDS } from './kinds.js';
import { readThrough } from './read-through.js';

/**
 * Opens a dataset by its name: `toxicchat`, `sample`, `hf:OWNER/NAME[:CONFIG]`, the path of a file,
 * or `-` for what is piped in. One that is near is read through first.
 *
 * @throws UserError when the name means nothing, the dataset cannot be had, or something is wrong
 *   with a row that is near
 */
export async function openDataset(name: string, options: DatasetOptions = {}): Promise<Dataset> {
  const kind = DATASET_KINDS.find(({ matches }) => matches(name));
  if (!kind) throw unknownDataset(name);
  const raw = await kind.open(name, await settle(options));
  const source = name === '-' ? STDIN : name;
  const from: SampleSource = { ...options, source, withOthers: kind.keepsColumns };
  try {
    const near = kind.isNear ? await readThrough(raw.rows(options.onRead), from, options) : {};
    const textColumn = options.textColumn ?? options.task?.data.text;
    return {
      ...raw,
      ...near,
      // Labels of another column must not be taken up as these.
      name: textColumn === undefined ? source : `${source}#${textColumn}`,
      rows: (onRead) => toSamples(raw.rows(onRead), from),
    };
  } catch (error) {
    raw.close?.();
    throw error;
  }
}

async function settle(options: DatasetOptions): Promise<SettledOptions> {
  const env = options.env ?? readEnv();
  keepSecrets(secretsOf(env));
  const fetch = options.fetch ?? (await sharedFetch(env));
  const { signal } = options;
  if (!signal) return { ...options, env, fetch };
  return { ...options, env, fetch: (input, init) => fetch(input, { ...init, signal }) };
}

async function sharedFetch(env: Env): Promise<Fetch> {
  const { sharedTransport } = await import('../requests/shared-transport.js');
  return sharedTransport(env).fetch;
}

function unknownDataset(name: string): UserError {
  const isSheet = /\.(xlsx?|ods|numbers)$/i.test(name);
  if (isSheet || statSync(name, { throwIfNoEntry: false })) {
    refuseNoFile(name);
    return new UserError(`${show(name)} is not a dataset file`, {
      hint: `its name must end in ${FILE_ENDINGS}${isSheet ? ': save the sheet as CSV' : ''}`,
    });
  }
  const forms = DATASET_KINDS.map(({ form }) => form).join(', ');
  return new UserError(`unknown dataset ${show(name)}`, {
    hint: `Names are ${forms}, with FILE ending in ${FILE_ENDINGS}`,
  });
}

export type { Dataset, DatasetOptions } from './dataset.js';
