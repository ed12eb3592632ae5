import { basename } from 'node:path';
import type { OnRead } from '../files/bytes.js';
import { formatMeasure } from '../format.js';
import { LongWork } from './long-work.js';
import type { Session } from './main.js';
import type { Progress } from './progress.js';

const MEGABYTE = 1e6;

/**
 * Shows that a large file is being read: beside the rows where there is a bar of rows, which nothing
 * has been done of then, and else as a piece of work of its own.
 *
 * @param rows - the bar of rows as it is now
 * @param work - with the other work that is shown, if there is any
 */
export function showReading(
  session: Session,
  rows: () => Progress | undefined = () => undefined,
  work = new LongWork(session),
): OnRead {
  return (path, read, size) => {
    const name = basename(path);
    const label = `reading ${name}`;
    const isRead = read >= size;
    const beside = rows();
    if (!beside) work.update(label, read / MEGABYTE, { total: size / MEGABYTE, unit: 'MB' });
    else if (work.goOnWith(label)) {
      beside.update(0, isRead ? {} : { details: () => [reading(name, read, size)] });
    }
    if (isRead) work.stop();
  };
}

const reading = (name: string, read: number, size: number) =>
  `reading ${name}: ${formatMeasure(read / MEGABYTE)}/${formatMeasure(size / MEGABYTE)} MB`;
