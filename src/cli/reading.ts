import { basename } from 'node:path';
import type { OnRead } from '../files/bytes.js';
import { formatMeasure } from '../format.js';
import type { Session } from './main.js';
import type { Progress } from './progress.js';

/** Most files are read before anybody wonders. */
const SOON_MS = 2_000;
const MEGABYTE = 1e6;

/**
 * Shows that a large file is being read: beside the rows where there is a bar of rows, which nothing
 * has been done of then, and else as a piece of work of its own.
 *
 * @param rows - the bar of rows as it is now
 */
export function showReading(session: Session, rows: () => Progress | undefined): OnRead {
  const { now } = session.clock;
  let file: { readonly path: string; readonly since: number } | undefined;
  let own: Progress | undefined;
  /** What was read when nothing was shown yet: how fast is not known. */
  let before = 0;
  return (path, read, size) => {
    if (file?.path !== path) file = { path, since: now() };
    const isRead = read >= size;
    if (now() - file.since >= SOON_MS || own) {
      const name = basename(path);
      const beside = rows();
      if (beside) beside.update(0, isRead ? {} : { details: () => [reading(name, read, size)] });
      else {
        if (!own) before = read;
        own ??= session.startProgress(`reading ${name}`, { total: size / MEGABYTE, unit: 'MB' });
        own.update(read / MEGABYTE, { skipped: before / MEGABYTE });
      }
    }
    if (!isRead) return;
    own?.stop();
    own = undefined;
    file = undefined;
  };
}

const reading = (name: string, read: number, size: number) =>
  `reading ${name}: ${formatMeasure(read / MEGABYTE)}/${formatMeasure(size / MEGABYTE)} MB`;
