import type { DatasetKind } from './dataset.js';
import { FILE_ENDINGS, isDatasetFile } from './endings.js';

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
    description: '800 rows written for this tool, to try it with',
    isNear: true,
    matches: (name) => name === 'sample',
    open: async (_, options) => {
      const { openSample } = await import('./sample.js');
      return openSample(options);
    },
  },
  {
    form: 'hf:OWNER/NAME[:CONFIG]',
    description: 'any text dataset of the Hugging Face Hub',
    keepsColumns: true,
    matches: (name) => name.startsWith('hf:'),
    open: async (name, options) => {
      const { openHubDataset } = await import('./hugging-face.js');
      return openHubDataset(name, options);
    },
  },
  {
    form: 'FILE',
    description: `a ${FILE_ENDINGS} file; .gz too`,
    isNear: true,
    keepsColumns: true,
    matches: isDatasetFile,
    open: async (name, options) => {
      const { openFile } = await import('./file.js');
      return openFile(name, options);
    },
  },
  {
    form: '-',
    description: 'what is piped in: JSONL, CSV, or a text a line',
    isNear: true,
    keepsColumns: true,
    matches: (name) => name === '-',
    open: async (_, options) => {
      const { openStdin } = await import('./stdin.js');
      return openStdin(options);
    },
  },
];
