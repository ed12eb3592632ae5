import type { CollectSummary } from '../collect.js';
import type { Dataset } from '../datasets/index.js';
import { EXIT, type ExitCode } from '../errors.js';
import {
  formatCount,
  formatFigure,
  formatMoney,
  formatNumber,
  plural,
  withSign,
} from '../format.js';
import type { Model } from '../models/index.js';
import type { PickOptions, PickState, PickSummary } from '../pick.js';
import type { Task } from '../task/task.js';
import { renderEstimate } from './cost-lines.js';
import { LongWork } from './long-work.js';
import type { Session } from './main.js';
import { batchOf } from './options.js';
import type { PickFlags } from './pick-flags.js';
import type { Progress } from './progress.js';
import { showReading } from './reading.js';
import { rowCallbacks } from './row-callbacks.js';

/** What a run of picking works on. */
export interface PickRun {
  readonly task: Task;
  readonly model: Model;
  readonly dataset: Dataset;
  readonly session: Session;
}

/** Picks and labels; what came of it is told line by line. */
export async function runPick(
  flags: PickFlags,
  run: PickRun,
): Promise<{ readonly summary: CollectSummary; readonly rows: number } | ExitCode> {
  const { pick } = await import('../pick.js');
  const { task, session } = run;
  const work = new LongWork(session);
  let progress: Progress | undefined;
  let rows = 0;
  const verbose = flags.verbose ?? false;
  const shown = () => ({ progress, total: rows });
  try {
    const summary = await pick(await optionsOf(flags, run), {
      ...rowCallbacks({ session, labels: task.labels, verbose, shown }),
      ...choosing(session, work, () => progress),
      onState(state) {
        work.stop();
        session.note(renderState(state, task));
      },
      onRound({ round, rows: count, duplicates }) {
        if (duplicates > 0) {
          session.note(`round ${round}: ${plural(duplicates, 'near-duplicate')} passed over`);
        }
        rows = count;
        progress = session.startProgress(`round ${round}`, {
          total: count,
          unit: 'rows',
          silent: verbose,
        });
      },
      onRoundEnd() {
        progress?.stop();
        progress = undefined;
      },
    });
    for (const line of renderEnd(summary, flags)) session.note(line);
    const { collected } = summary;
    if (collected) return { summary: collected, rows: Number.POSITIVE_INFINITY };
    if (!summary.isReached) session.note(`nothing is left to ask: every round is done`);
    return EXIT.done;
  } finally {
    work.stop();
    progress?.stop();
  }
}

/** Shows what is done before rows are asked. */
const choosing = (session: Session, work: LongWork, rows?: () => Progress | undefined) => ({
  onRead: showReading(session, rows, work),
  onFit: (done: number, total: number) => work.update('train', done, { total, unit: 'fits' }),
});

/** What the next round would take. */
export async function planPick(flags: PickFlags, run: PickRun): Promise<ExitCode> {
  const { estimatePick } = await import('../pick.js');
  const work = new LongWork(run.session);
  const estimate = await estimatePick(
    await optionsOf(flags, run),
    choosing(run.session, work),
  ).finally(() => work.stop());
  run.session.print(renderEstimate(estimate, run.model));
  const { rounds = flags.until ? undefined : 1 } = flags;
  if (rounds !== 1) {
    const more = rounds === undefined ? '--until may take any number' : `--rounds ${rounds}`;
    run.session.print(`of the next round; ${more}, each about as much`);
  }
  return EXIT.done;
}

async function optionsOf(
  { student: path, pick = 0, ...flags }: PickFlags,
  run: PickRun,
): Promise<PickOptions> {
  const { task, model, dataset, session } = run;
  const { signal } = session;
  const options = { ...flags, batch: batchOf(flags), pick, task, model, dataset, signal };
  if (path === undefined) return options;
  const { openStudent } = await import('../models/student.js');
  return { ...options, student: await openStudent(path, { task }) };
}

const NAMES = { auprc: 'AUPRC', f1: 'F1' } as const;

/** `round 2     440 rows, 96 toxic, $0.06; AUPRC 0.58 [0.44, 0.71], F1 0.55 [..] on 260 uniform rows`. */
function renderState(state: PickState, { labels }: Task): string {
  const { rounds, rows, positive, uniform, figures, usd } = state;
  const name = rounds === 0 ? 'start' : `round ${rounds}`;
  const cost = usd === null || usd === 0 ? '' : `, ${formatMoney(usd)}`;
  const known = `${plural(rows, 'row')}, ${formatCount(positive)} ${labels.positive}${cost}`;
  const of = `${plural(uniform.rows, 'uniform row')}, ${formatCount(uniform.positive)} ${labels.positive}`;
  if (!figures) return `${name.padEnd(10)}  ${known}; no figure: ${of}, are too few`;
  const written = (['auprc', 'f1'] as const).map((figure) => {
    const interval = figures[`${figure}_interval`];
    return `${NAMES[figure]} ${formatFigure({ value: figures[figure], low: interval?.low ?? null, high: interval?.high ?? null })}`;
  });
  return `${name.padEnd(10)}  ${known}; ${written.join(', ')} on ${of}`;
}

function renderEnd(
  { isReached, states, outlook }: PickSummary,
  { until: target }: PickFlags,
): string[] {
  const figure = target?.figure ?? 'auprc';
  const last = states.at(-1)?.figures;
  const low = last?.[`${figure}_interval`]?.low;
  const lines: string[] = [];
  if (target) {
    const bound = low === undefined ? 'is not known' : `is ${formatNumber(low)}`;
    const word = isReached ? 'reached' : 'not reached';
    lines.push(
      `${word.padEnd(10)}  the lower bound of ${NAMES[figure]} ${bound}, of ${target.value} wanted`,
    );
  }
  if (outlook && !isReached) {
    const gain = withSign(formatNumber(outlook.gain));
    lines.push(
      `outlook     ${formatCount(outlook.rows)} more rows: about ${gain} ${NAMES[figure]}, by the slope of ${states.length} rounds`,
    );
  }
  return lines;
}
