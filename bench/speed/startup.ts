/** What a command takes before it does anything: beside Node, which does nothing at all. */
import { makeLabels } from './made-files.js';
import { measureNode, projectFile } from './process.js';
import type { SpeedRow, Usage, Workplace } from './row.js';

/** One start is too short to be measured alone. */
const STARTS = 5;
const ROWS = 30;

async function often(run: () => Promise<Usage>): Promise<Usage> {
  const total = { wall: 0, cpu: 0, peakMb: 0 };
  for (let i = 0; i < STARTS; i++) {
    const { wall, cpu, peakMb } = await run();
    total.wall += wall;
    total.cpu += cpu;
    total.peakMb = Math.max(total.peakMb, peakMb);
  }
  return total;
}

const besideNode =
  (args: (folder: string) => readonly string[]) =>
  async ({ folder }: Workplace) => {
    const command = args(folder);
    return {
      anchor: () => often(() => measureNode(['-e', '0'], folder)),
      ours: () => often(() => measureNode(command, folder)),
    };
  };

const help = (command: string): SpeedRow => ({
  name: `help-${command}`,
  what: `${command} --help`,
  anchor: '`node -e 0`',
  figure: 'cpu',
  goal: 1.6,
  limit: 6,
  open: besideNode(() => [projectFile(`dist/bin/${command}.js`), '--help']),
});

export const STARTUP_ROWS: readonly SpeedRow[] = [
  ...['collect', 'train', 'cascade', 'evaluate'].map(help),
  {
    name: 'evaluate-few',
    what: `evaluate, ${ROWS} rows, the word list`,
    anchor: '`node -e 0`',
    figure: 'cpu',
    goal: 2.5,
    limit: 12,
    open: besideNode((folder) => {
      const about = { name: 'labels.jsonl', model: 'teacher', scores: false };
      const labels = makeLabels(folder, ROWS, about);
      return [projectFile('dist/bin/evaluate.js'), '--eval-file', labels, '--fresh'];
    }),
  },
];
