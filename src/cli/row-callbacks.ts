import type { AskCallbacks } from '../run/ask.js';
import type { Asked } from '../run/asked.js';
import type { Sample } from '../sample.js';
import type { LabelNames } from '../terms.js';
import type { Verdict } from '../verdict.js';
import { showAsked } from './asked-progress.js';
import { BatchBoard } from './batch-board.js';
import type { Session } from './main.js';
import type { Progress } from './progress.js';
import { showReading } from './reading.js';
import { renderVerdict } from './verdict-line.js';

/** What a command shows of the rows that it has asked: a bar, each answer, and what becomes of batches. */
export function rowCallbacks({
  session,
  labels,
  verbose,
  shown,
}: {
  readonly session: Session;
  readonly labels: LabelNames;
  readonly verbose: boolean;
  /** The bar as it is now, and the rows that it is of. */
  readonly shown: () => { progress: Progress | undefined; total: number };
}): AskCallbacks {
  const board = new BatchBoard(session.note);
  let last: Asked | undefined;
  const update = (soFar: Asked) => {
    last = soFar;
    const { progress, total } = shown();
    showAsked(progress, soFar, total, () => board.details);
  };
  return {
    onNote: session.note,
    onRead: showReading(session, () => shown().progress),
    onSkip: update,
    onBatch(standing, soFar) {
      board.tell(standing, shown().progress);
      update(soFar);
    },
    onUpload(sent, total) {
      board.upload(sent, total);
      if (last) update(last);
    },
    onRow(sample: Sample, verdict: Verdict, soFar: Asked) {
      if (verbose) session.note(renderVerdict(sample, verdict, labels));
      update(soFar);
    },
  };
}
