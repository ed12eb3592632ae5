import { readEnv } from '../env.js';
import { show, UserError } from '../errors.js';
import { keepSecrets } from '../secrets/redact.js';
import { secretsOf } from '../secrets/values.js';
import { refuseStrangeLabels, toSamples } from './columns.js';
import type { Dataset, DatasetKind, DatasetOptions, SettledOptions } from './dataset.js';
import { FILE_ENDINGS, isDatasetFile } from './file.js';

/** Every kind, in the order in which they are tried and listed. To add one, add its row. */
export const DATASET_KINDS: readonly DatasetKind[] = [
  {
    form: 'toxicchat',
    description: 'LMSYS ToxicChat 0124, downloaded once to data/cache/ (default)',
    matches: (name) => name === 'toxicchat',
    open: async (_, options) => {
      const { openToxicChat } = await import('./toxic-chat.js');
      return openToxicChat(options);
    },
  },
  {
    form: 'sample',
    description: '240 rows written for this tool, to try it with',
    matches: (name) => name === 'sample',
    open: async (_, options) => {
      const { openSample } = await import('./sample.js');
      return openSample(options);
    },
  },
  {
    form: 'hf:OWNER/NAME[:CONFIG]',
    description: 'any text dataset of the Hugging Face Hub',
    matches: (name) => name.startsWith('hf:'),
    open: async (name, options) => {
      const { openHubDataset } = await import('./hugging-face.js');
      return openHubDataset(name, options);
    },
  },
  {
    form: 'FILE',
    description: `a ${FILE_ENDINGS} file`,
    isUsersOwn: true,
    matches: isDatasetFile,
    open: async (name, options) => {
      const { openFile } = await import('./file.js');
      return openFile(name, options);
    },
  },
];

/**
 * Opens a dataset by its name: `toxicchat`, `sample`, `hf:OWNER/NAME[:CONFIG]`, or a path ending
 * in .csv, .jsonl or .parquet.
 *
 * @throws UserError when the name means nothing, or the dataset cannot be had
 */
export async function openDataset(name: string, options: DatasetOptions = {}): Promise<Dataset> {
  const kind = DATASET_KINDS.find(({ matches }) => matches(name));
  if (!kind) throw unknownDataset(name);
  const raw = await kind.open(name, await settle(options));
  const textColumn = options.textColumn ?? options.task?.data.text;
  if (kind.isUsersOwn) await refuseStrangeLabels(raw.rows(), options, name);
  return {
    ...raw,
    // Labels of another column must not be taken up as these.
    name: textColumn === undefined ? name : `${name}#${textColumn}`,
    rows: () => toSamples(raw.rows(), options, name),
  };
}

async function settle(options: DatasetOptions): Promise<SettledOptions> {
  const env = options.env ?? readEnv();
  keepSecrets(secretsOf(env));
  if (options.fetch) return { ...options, env, fetch: options.fetch };
  const { sharedTransport } = await import('../requests/shared-transport.js');
  return { ...options, env, fetch: sharedTransport(env).fetch };
}

function unknownDataset(name: string): UserError {
  const forms = DATASET_KINDS.map(({ form }) => form).join(', ');
  return new UserError(`unknown dataset ${show(name)}`, {
    hint: `Names are ${forms}, with FILE ending in ${FILE_ENDINGS}`,
  });
}

export type { Dataset, DatasetOptions } from './dataset.js';
