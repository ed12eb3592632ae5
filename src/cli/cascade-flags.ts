import type { Command } from 'commander';
import { type OnTeacherFailure, TEACHER_FAILURES } from '../cascade/cascade-rows.js';
import type { LabelSource } from '../terms.js';
import type { Session } from './main.js';
import {
  addLastFlags,
  bareCommand,
  choiceOption,
  envFileOption,
  labelSource,
  taskOption,
} from './options.js';
import { collectValues, positive, share } from './parsers.js';

export interface CascadeFlags {
  readonly student: string;
  readonly calibrate: string;
  readonly out: string;
  readonly recall?: number;
  readonly precision?: number;
  readonly escalate?: number;
  readonly maxCostPer1k?: number;
  readonly confidence: number;
  readonly trueLabels: LabelSource;
  readonly humanLabels?: readonly string[];
  readonly teacher?: string;
  readonly onTeacherFailure: OnTeacherFailure;
  readonly task?: string;
  readonly prices?: string;
  readonly envFile?: string;
}

const EXAMPLES = `
Examples:
  cascade --recall 0.9 --precision 0.7
  cascade --escalate 0.15 --calibrate outputs/student.test.jsonl
  evaluate -m cascade:outputs/cascade.json --eval-file outputs/test.jsonl
  collect -m cascade:outputs/cascade.json --dataset traffic.csv

A cascade is a student and its teacher: the student answers the texts that it
is sure of, the teacher the rest. It is chosen on rows that the teacher has
labelled and the student has not learned from; nothing is asked.
Exit code 1: no cascade keeps the promise; the output says what is missing.
Judge a cascade by other rows than those it was chosen on.`;

/** The flags of `cascade`. */
export function cascadeProgram(session: Session): Command {
  const command = bareCommand(
    'cascade',
    'Let a student answer what it is sure of, and its teacher the rest.',
    session,
  )
    .option('--student <file>', 'that train made', 'outputs/student.json')
    .option('--calibrate <file>', 'to choose by', 'outputs/calibration.jsonl')
    .option('--recall <share>', 'promise it, with 95% confidence', share)
    .option('--precision <share>', 'promise it, with 95% confidence', share)
    .option('--out <file>', 'the cascade', 'outputs/cascade.json');
  command
    .optionsGroup('Otherwise:')
    .option('--escalate <share>', 'no promise: the share of rows for the teacher', share)
    .option('--max-cost-per-1k <usd>', 'no promise: what 1,000 rows may cost', positive(1e6))
    .optionsGroup('Rows:')
    .addOption(taskOption())
    .addOption(
      labelSource('--true-labels <whose>', 'human or teacher: whose are true').default('human'),
    )
    .option('--human-labels <sheet>', 'labels beside those in the file; repeatable', collectValues)
    .optionsGroup('Teacher:')
    .option('--teacher <model>', 'its name (default: as the rows say; human: people)')
    .addOption(
      choiceOption('--on-teacher-failure <as>', 'unanswered (default), or student: its label', [
        ...TEACHER_FAILURES,
      ]).default('unanswered'),
    )
    .option('--prices <file>', 'a JSON file of prices by model')
    .addOption(envFileOption())
    .optionsGroup('Promise:')
    .option('--confidence <share>', 'of the promise', share, 0.95);
  return addLastFlags(command.optionsGroup('Output:')).addHelpText('after', EXAMPLES);
}
