import { type Command, InvalidArgumentError } from 'commander';
import type { CollectSummary } from '../collect.js';
import type { Dataset } from '../datasets/index.js';
import { EXIT, type ExitCode, UserError } from '../errors.js';
import {
  formatCount,
  formatFigure,
  formatMoney,
  formatNumber,
  plural,
  withSign,
} from '../format.js';
import type { Model } from '../models/index.js';
import type { PickOptions, PickState, PickSummary, Until } from '../pick.js';
import { PICK_BY, type PickBy } from '../records.js';
import type { Task } from '../task/task.js';
import { renderEstimate } from './cost-lines.js';
import type { Session } from './main.js';
import { batchOf, choiceOption, type SharedFlags } from './options.js';
import { fraction, wholeNumber } from './parsers.js';
import type { Progress } from './progress.js';
import { rowCallbacks } from './row-callbacks.js';

export interface PickFlags extends SharedFlags {
  readonly pick?: number;
  readonly student?: string;
  readonly rounds?: number;
  readonly by?: PickBy;
  readonly honest?: number;
  readonly until?: Until;
  readonly dedupe: boolean;
  readonly seed: number;
  readonly out: string;
}

/** More rounds than anybody has the patience for. */
const MOST_ROUNDS = 10_000;

export const addPickFlags = (command: Command): Command =>
  command
    .optionsGroup('Picking:')
    .option('--pick <n>', 'label the n rows that a student wants most', wholeNumber(1))
    .option('--student <file>', 'who picks (default: one that learns from --out)')
    .option('--rounds <n>', 'learn and pick so often (default: 1)', wholeNumber(1, MOST_ROUNDS))
    .addOption(choiceOption('--by <how>', 'score (default), uncertainty or mix', PICK_BY))
    .option('--honest <share>', 'drawn at random as well, 20 at least (default: 0.1)', fraction)
    .option('--until <figure=x>', 'pick on until f1 or auprc is surely x, as auprc=0.7', until)
    .option('--no-dedupe', 'pick near-duplicates too');

/** Parses `auprc=0.7`. */
function until(text: string): Until {
  const [, figure, number = ''] = /^(f1|auprc)=(.*)$/.exec(text) ?? [];
  const value = /^0?\.\d+$/.test(number) ? Number(number) : Number.NaN;
  if ((figure === 'f1' || figure === 'auprc') && value > 0) return { figure, value };
  throw new InvalidArgumentError('It must be f1 or auprc with a value, such as auprc=0.7.');
}

/** Each goes with `--pick`; the parser calls it so. */
const COMPANIONS = {
  student: '--student',
  rounds: '--rounds',
  by: '--by',
  honest: '--honest',
  until: '--until',
  dedupe: '--no-dedupe',
} as const;

/** @throws UserError when the flags do not go together */
export function checkPickFlags(flags: PickFlags, wasGiven: (flag: string) => boolean): void {
  const { pick, student, rounds, until: target } = flags;
  if (pick === undefined) {
    const alone = Object.entries(COMPANIONS).find(([key]) => wasGiven(key));
    if (alone === undefined) return;
    throw new UserError(`${alone[1]} goes with --pick`, { hint: 'add --pick N' });
  }
  const other = [
    ['sample', '--sample'],
    ['dsOffset', '--ds-offset'],
    ['dsMaxSize', '--ds-max-size'],
    ['fresh', '--fresh'],
  ].find(([key = '']) => wasGiven(key));
  if (other !== undefined) {
    throw new UserError(`--pick and ${other[1]} exclude each other`, {
      hint: '--pick chooses among all rows of the split, and goes on from those in --out',
    });
  }
  if (student !== undefined && (rounds !== undefined || target !== undefined)) {
    throw new UserError(`--student ${student} picks for one round`, {
      hint: 'leave --student out: with --rounds or --until one learns anew before each round',
    });
  }
}

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
  let progress: Progress | undefined;
  let rows = 0;
  const verbose = flags.verbose ?? false;
  const shown = () => ({ progress, total: rows });
  try {
    const summary = await pick(await optionsOf(flags, run), {
      ...rowCallbacks({ session, labels: task.labels, verbose, shown }),
      onState: (state) => session.note(renderState(state, task)),
      onRound({ round, rows: count, duplicates }) {
        progress?.stop();
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
    });
    progress?.stop();
    for (const line of renderEnd(summary, flags)) session.note(line);
    const { collected } = summary;
    if (collected) return { summary: collected, rows: Number.POSITIVE_INFINITY };
    if (!summary.isReached) session.note(`nothing is left to ask: every round is done`);
    return EXIT.done;
  } finally {
    progress?.stop();
  }
}

/** What the next round would take. */
export async function planPick(flags: PickFlags, run: PickRun): Promise<ExitCode> {
  const { estimatePick } = await import('../pick.js');
  const estimate = await estimatePick(await optionsOf(flags, run));
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
