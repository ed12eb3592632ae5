import type { Dataset } from '../datasets/index.js';
import type { Task } from '../task/task.js';
import type { Progress } from './progress.js';
import { showReading } from './reading.js';
import type { Setup } from './setup.js';

/** The flags that say where rows come from. */
export interface DatasetFlags {
  readonly dataset: string;
  readonly split?: string;
  readonly textColumn?: string;
  readonly labelColumn?: string;
}

/** Opens the dataset of the flags; what has to be downloaded is shown on the way. */
export async function openNamedDataset(
  flags: DatasetFlags,
  task: Task,
  { env, transport, session }: Setup,
  { withKeys = false } = {},
): Promise<Dataset> {
  const { openDataset } = await import('../datasets/index.js');
  const stdin = flags.dataset === '-' ? (session.stdin ?? process.stdin) : undefined;
  if (stdin?.isTTY) session.note('note: reading what you type; Ctrl-D ends it');
  let progress: Progress | undefined;
  const onDownload = (received: number, total: number | undefined) => {
    progress ??= session.startProgress('downloading ToxicChat', {
      total: total && total / 1e6,
      unit: 'MB',
    });
    progress.update(received / 1e6);
  };
  try {
    return await openDataset(flags.dataset, {
      ...flags,
      task,
      env,
      fetch: transport.fetch,
      stdin,
      onNote: session.note,
      onDownload,
      onRead: showReading(session),
      signal: session.signal,
      withKeys,
    });
  } finally {
    progress?.stop();
  }
}
