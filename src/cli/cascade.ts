import type { Command as Program } from 'commander';
import { type OnTeacherFailure, TEACHER_FAILURES } from '../cascade/cascade-rows.js';
import type { CascadeOptions, CascadeSummary } from '../cascade.js';
import { EXIT, type ExitCode } from '../errors.js';
import type { LabelSource } from '../records.js';
import { renderCascade, renderCascadeSummary } from './cascade-summary.js';
import type { Session } from './main.js';
import { openNamedEmbedder } from './named-embedder.js';
import {
  addLastFlags,
  bareCommand,
  choiceOption,
  envFileOption,
  labelSource,
  parseFlags,
  taskOption,
} from './options.js';
import { collectValues, positive, share } from './parsers.js';
import { commandStyle, readPrices, type Setup, taskOf, withSetup } from './setup.js';

interface Flags {
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

function program(session: Session): Program {
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

/** The `cascade` command. */
export async function cascadeCommand(argv: readonly string[], session: Session): Promise<ExitCode> {
  const flags = parseFlags(program(session), argv).opts<Flags>();
  return withSetup(flags, session, async (setup) => {
    const summary = await choose(flags, setup);
    if (summary === undefined) {
      session.note('stopped early: no cascade was written');
      return EXIT.interrupted;
    }
    session.print(renderCascade(summary));
    session.note(renderCascadeSummary(summary, commandStyle(setup.env, flags.task)));
    return summary.cascade ? EXIT.done : EXIT.belowGate;
  });
}

/** @returns undefined when interrupted */
async function choose(flags: Flags, setup: Setup): Promise<CascadeSummary | undefined> {
  const { cascade } = await import('../cascade.js');
  const { recall, precision, ...others } = flags;
  const { signal } = setup.session;
  const options: CascadeOptions = {
    ...others,
    aim: { recall, precision },
    task: await taskOf(flags),
    prices: readPrices(flags),
    signal,
    identifyTeacher: (name) => identifyTeacher(name, flags, setup),
    openEmbedder: (id) => {
      const [provider = '', ...model] = id.split(':');
      return openNamedEmbedder({ provider, model: model.join(':') }, setup);
    },
  };
  try {
    return await cascade(options);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** What a model is that nothing is asked of, so that it needs no key. */
async function identifyTeacher(name: string, flags: Flags, { env, transport }: Setup) {
  const { openModel } = await import('../models/index.js');
  return openModel(name, { env, transport, task: await taskOf(flags), withoutKey: true });
}
