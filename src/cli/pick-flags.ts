import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../errors.js';
import type { Until } from '../pick.js';
import { PICK_BY, type PickBy } from '../terms.js';
import { choiceOption, type SharedFlags } from './options.js';
import { fraction, wholeNumber } from './parsers.js';

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

/** The flags that choose which rows are labelled next. */
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
