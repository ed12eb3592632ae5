import { SingleBar } from 'cli-progress';

/** Shows how far a run has come: a bar on a terminal, a line every few seconds elsewhere. */
export interface Progress {
  /** @param detail - what to say beside the count, such as `3 unanswered` */
  update(done: number, detail?: string): void;
  stop(): void;
}

const LINE_EVERY_MS = 5_000;

export interface ProgressOptions {
  /** Undefined where it is not known beforehand. */
  readonly total: number | undefined;
  readonly unit: 'rows' | 'MB';
  /** Leaves the terminal to the lines of -v. */
  readonly silent?: boolean;
}

export function startProgress(label: string, options: ProgressOptions): Progress {
  if (options.silent) return { update: () => {}, stop: () => {} };
  return process.stderr.isTTY ? startBar(label, options) : startLines(label, options);
}

function startBar(label: string, { total, unit }: ProgressOptions): Progress {
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${label} [{bar}] {value}/{total} ${unit}, {rate} ${unit}/s, {eta_formatted} left{detail}`,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    fps: 8,
  });
  const rate = rateSince(performance.now());
  const known = total ?? 0;
  bar.start(known, 0, { rate: '0', detail: '' });
  return {
    update(done, detail) {
      if (done > known) bar.setTotal(done);
      bar.update(round(done, unit), { rate: rate(done), detail: detail ? `, ${detail}` : '' });
    },
    stop: () => bar.stop(),
  };
}

function startLines(label: string, { total, unit }: ProgressOptions): Progress {
  const rate = rateSince(performance.now());
  let last = performance.now();
  return {
    update(done, detail) {
      if (performance.now() - last < LINE_EVERY_MS) return;
      last = performance.now();
      const of = total === undefined ? '' : `/${round(total, unit)}`;
      const more = detail ? `, ${detail}` : '';
      process.stderr.write(
        `${label}: ${round(done, unit)}${of} ${unit}, ${rate(done)} ${unit}/s${more}\n`,
      );
    },
    stop: () => {},
  };
}

const rateSince = (started: number) => (done: number) =>
  formatRate(done / Math.max(0.001, (performance.now() - started) / 1000));

/** `0.52`, `7.3`, `1250`: two digits are enough for a rate. */
export function formatRate(perSecond: number): string {
  return perSecond >= 10 ? String(Math.round(perSecond)) : String(Number(perSecond.toPrecision(2)));
}

const round = (count: number, unit: ProgressOptions['unit']) =>
  unit === 'MB' ? Math.round(count * 10) / 10 : count;
