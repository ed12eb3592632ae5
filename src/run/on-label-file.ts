import type { LabelFileOptions, OpenOptions } from '../labels/done-rows.js';
import { describeEdited } from '../labels/edited-dataset.js';
import { LabelFile } from '../labels/label-file.js';
import type { Source } from '../labels/label-line.js';
import { coded } from '../messages.js';
import { type Asked, nothingAsked } from './asked.js';

/** Where the rows of a run go, and what they have in common. */
export interface LabelFilePlace extends Pick<OpenOptions, 'dataset'> {
  readonly path: string;
  readonly source: Source;
  /** The keys of the rows that are wanted, where they are known: see `keyNumber`. */
  readonly wanted?: readonly number[] | undefined;
}

type Options = LabelFileOptions &
  Pick<OpenOptions, 'onRead'> & {
    readonly onNote?: ((note: string) => void) | undefined;
  };

/**
 * Opens the file of a run, does the work, and closes the file whatever came of it. What ended the work
 * before its time is returned, not thrown.
 *
 * @throws UserError when the file belongs to another run or cannot be opened
 */
export async function onLabelFile(
  place: LabelFilePlace,
  options: Options,
  work: (file: LabelFile, asked: Asked) => Promise<void>,
): Promise<Asked> {
  const file = await open(place, options);
  const asked = nothingAsked({ file: file.path, totals: file.totals });
  const started = performance.now();
  try {
    await work(file, asked);
  } catch (error) {
    asked.stoppedBy = error;
  }
  try {
    file.close();
  } catch (error) {
    asked.stoppedBy ??= error;
  }
  asked.seconds = (performance.now() - started) / 1000;
  return asked;
}

/** Says what was done to the file. */
async function open(
  { path, source, dataset }: LabelFilePlace,
  options: Options,
): Promise<LabelFile> {
  const { onNote } = options;
  const file = await LabelFile.open(path, source, { ...options, dataset });
  const edited = describeEdited(file.edited, source.dataset, path);
  if (edited !== undefined) onNote?.(coded('dataset-edited', `note: ${edited}`));
  for (const aside of file.kept) onNote?.(`kept what was there as ${aside}`);
  if (file.tornBytes > 0) onNote?.(`dropped a half-written last line (${file.tornBytes} bytes)`);
  return file;
}

/** Work that an abort ends quietly. */
export async function untilAborted(signal: AbortSignal | undefined, work: () => Promise<void>) {
  try {
    await work();
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
