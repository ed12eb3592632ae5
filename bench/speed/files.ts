/** Files of a million rows: what reading, judging and writing them takes beside `JSON.parse`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeDataset, makeLabels, makeResults } from './made-files.js';
import { measureNode, projectFile } from './process.js';
import type { SpeedRow, Workplace } from './row.js';

const ROWS = 1_000_000;

const parseLines = (folder: string, ...paths: string[]) =>
  measureNode([projectFile('bench/speed/parse-lines.mjs'), ...paths], folder);

/** Kept answers to a file of labels. */
const evaluation =
  ({ scores }: { scores: boolean }) =>
  async ({ folder, scale }: Workplace) => {
    const rows = ROWS * scale;
    const labels = makeLabels(folder, rows, { name: 'labels.jsonl', model: 'teacher', scores });
    const answers = makeLabels(folder, rows, { name: 'answers.jsonl', model: 'small', scores });
    const evaluate = projectFile('dist/bin/evaluate.js');
    return {
      anchor: () => parseLines(folder, labels, answers),
      ours: () => measureNode([evaluate, '--eval-file', labels, '--run', answers], folder),
    };
  };

async function labelling({ folder, scale }: Workplace) {
  const dataset = makeDataset(folder, ROWS * scale);
  const collect = [projectFile('dist/bin/collect.js'), '-m', 'wordlist', '--dataset', dataset];
  const out = join(folder, 'out.jsonl');
  const label = () => measureNode([...collect, '--out', out], folder);
  return { dataset, out, label };
}

/** A dataset, and how its requests are exported for a runner or its results imported. */
function sharding({ folder, scale }: Workplace) {
  const dataset = makeDataset(folder, ROWS * scale);
  const out = join(folder, 'out.jsonl');
  const collect = [projectFile('dist/bin/collect.js'), '-m', 'vllm:org/guard', '--out', out];
  const run = (...flags: string[]) =>
    measureNode([...collect, '--dataset', dataset, ...flags], folder);
  return { dataset, out, run };
}

export const FILE_ROWS: readonly SpeedRow[] = [
  {
    name: 'evaluate-labels',
    what: 'evaluate `--run`, 1,000,000 rows without scores',
    anchor: '`JSON.parse` of each line of both files',
    figure: 'cpu',
    goal: 2.5,
    limit: 6,
    goalMb: 400,
    open: evaluation({ scores: false }),
  },
  {
    name: 'evaluate-scores',
    what: 'evaluate `--run`, 1,000,000 rows with scores',
    anchor: '`JSON.parse` of each line of both files',
    figure: 'cpu',
    goal: 4,
    limit: 8,
    open: evaluation({ scores: true }),
  },
  {
    name: 'resume',
    what: 'collect, all of 1,000,000 rows done before',
    anchor: '`JSON.parse` of each line of both files',
    figure: 'cpu',
    goal: 2,
    limit: 4,
    open: async (place) => {
      const { dataset, out, label } = await labelling(place);
      await label();
      return { anchor: () => parseLines(place.folder, dataset, out), ours: label };
    },
  },
  {
    name: 'collect-wordlist',
    what: 'collect with the word list, 1,000,000 rows',
    anchor: 'the same rows read, parsed and written, without labels',
    figure: 'cpu',
    goal: 2,
    limit: 6,
    goalMb: 150,
    turns: 2,
    open: async (place) => {
      const { dataset, out, label } = await labelling(place);
      const copy = projectFile('bench/speed/copy-lines.mjs');
      return {
        anchor: () => measureNode([copy, dataset, join(place.folder, 'copy.jsonl')], place.folder),
        ours: () => {
          rmSync(out, { force: true });
          return label();
        },
      };
    },
  },
  {
    name: 'batch-export',
    what: 'collect `--batch-export`, 1,000,000 rows',
    anchor: 'the requests read, parsed and written',
    figure: 'cpu',
    goal: 2,
    limit: 6,
    goalMb: 170,
    turns: 2,
    open: async (place) => {
      const { run } = sharding(place);
      const copy = projectFile('bench/speed/copy-lines.mjs');
      const shards = join(place.folder, 'shards');
      const again = () => {
        rmSync(shards, { recursive: true, force: true });
        return run('--batch-export', shards);
      };
      await again();
      const requests = join(shards, 'requests/shard-00000.jsonl');
      return {
        anchor: () => measureNode([copy, requests, join(place.folder, 'copy.jsonl')], place.folder),
        ours: again,
      };
    },
  },
  {
    name: 'batch-import',
    what: 'collect `--batch-import`, 1,000,000 results in 50 shards',
    anchor: '`JSON.parse` of each line of the rows and the results',
    figure: 'cpu',
    goal: 6,
    limit: 15,
    goalMb: 250,
    turns: 2,
    open: async (place) => {
      const { dataset, out, run } = sharding(place);
      const shards = join(place.folder, 'shards');
      await run('--batch-export', shards, '--shards', '50');
      const results = makeResults(shards);
      return {
        anchor: () => parseLines(place.folder, dataset, ...results),
        ours: () => {
          rmSync(out, { force: true });
          return run('--batch-import', shards);
        },
      };
    },
  },
];
