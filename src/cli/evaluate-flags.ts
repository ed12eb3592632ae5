import { type Command, Option } from 'commander';
import { show, UserError } from '../errors.js';
import type { AnswerColumns } from '../labels/foreign/answer-columns.js';
import { HUMAN_SAMPLES, type HumanSampleKind } from '../labels/human-sample.js';
import { runsHere } from '../models/kinds.js';
import type { Task } from '../task/task.js';
import { LABELS, type LabelSource, UNANSWERED_POLICIES, type UnansweredPolicy } from '../terms.js';
import type { Session } from './main.js';
import {
  addLastFlags,
  addModelFlags,
  addOutputFlags,
  addRequestFlags,
  bareCommand,
  batchOf,
  choiceOption,
  labelSource,
  MODEL_HELP,
  type SharedFlags,
  taskOption,
} from './options.js';
import { answerColumns, collectValues, resampleCount, share, wholeNumber } from './parsers.js';

export interface EvaluateFlags extends SharedFlags {
  readonly modelName?: readonly string[];
  readonly run?: readonly string[];
  readonly runColumns?: AnswerColumns;
  readonly evalFile: string;
  readonly trueLabels: LabelSource;
  readonly humanLabels?: readonly string[];
  readonly humanSample?: HumanSampleKind;
  readonly audit?: number;
  readonly out?: string;
  readonly systemPrompt: boolean;
  readonly runs?: number;
  readonly fresh?: true;
  readonly retryUnanswered?: true;
  /** A policy, or the name of a label. */
  readonly onUnanswered: string;
  readonly confidence: number;
  readonly bootstrap: number;
  readonly seed: number;
  readonly prevalence?: number;
  readonly slice?: readonly string[];
  readonly cluster?: string;
  readonly trainFile?: string;
  readonly threshold?: number;
  readonly thresholdFrom?: string;
  readonly baselines?: true;
  /** The F1 that a model without a pilot is assumed to have; true for the usual one. */
  readonly plan?: number | true;
  readonly report?: readonly string[];
  readonly open?: true;
  readonly full?: true;
  readonly failUnder?: readonly string[];
  readonly failUnderBound?: readonly string[];
  /** Of --no-worse-than: commander takes its `no` for a negation, whose default is true. */
  readonly worseThan: string | true;
  readonly margin?: number;
}

const EXAMPLES = `${MODEL_HELP}
Answers are kept in outputs/, and a second run asks only for what is missing.

Examples:
  evaluate -m gpt4 -m mistral-7b --report outputs/report.html --open
  evaluate -m mistral-7b --fail-under toxic.f1=0.70 --report junit.xml`;

/** The flags of `evaluate`. */
export function evaluateProgram(session: Session): Command {
  const command = bareCommand(
    'evaluate',
    "Judge models by a file of labels, and print scikit-learn's report.",
    session,
  )
    .addOption(
      new Option(
        '-m, --model-name <name>',
        'a contender; repeatable (default: wordlist)',
      ).argParser(collectValues),
    )
    .option('--eval-file <file>', 'the label file', 'outputs/outputs.jsonl')
    .addOption(labelSource('--true-labels <whose>', 'the truth: human or teacher').default('human'))
    .option('--report <file>', '.html .md .xml (JUnit) .csv .json; repeatable', collectValues)
    .option('--fail-under <gate>', 'exit 1 below it: toxic.f1=0.70; repeatable', collectValues);
  command
    .optionsGroup('Rows:')
    .addOption(taskOption())
    .option('--run <file>', "a contender's kept answers, or another tool's", collectValues)
    .option('--run-columns <list>', 'of a table: text=x,prediction=y', answerColumns)
    .option('--train-file <file>', 'leave out rows that a contender learned from')
    .option('--human-labels <csv>', 'a sheet that people filled in; repeatable', collectValues)
    .addOption(
      choiceOption('--human-sample <how>', 'uniform: drawn at random of all rows', HUMAN_SAMPLES),
    )
    .option('--audit <n>', 'draw n rows that people should label next', wholeNumber(1))
    .option('--out <csv>', 'where to write the sheet of these rows');
  addModelFlags(command).option('--no-system-prompt', 'send the text alone, to a tuned model');
  addRequestFlags(command)
    .optionsGroup('Requests:')
    .option('--runs <k>', 'ask each row so often, to see what changes', wholeNumber(1, 1000))
    .optionsGroup('Cost:')
    .option('--plan [f1]', 'print what this file can show, at an F1 of 0.7', share)
    .optionsGroup('Figures:')
    .option('--on-unanswered <as>', 'exclude (default), wrong, or the name of a label', 'exclude')
    .option('--threshold <score>', 'the positive label from this score on', share)
    .option('--threshold-from <file>', 'tune the threshold on another file')
    .option('--confidence <share>', 'of the intervals', share, 0.95)
    .option('--bootstrap <n>', 'resamples for intervals, or 0', resampleCount, 2000)
    .option('--seed <n>', 'of the resamples', wholeNumber(0), 0)
    .option('--prevalence <share>', 'also where this share of texts is positive', share)
    .option('--slice <column>', 'figures by a column; repeatable', collectValues)
    .option('--cluster <column>', 'rows of one value say the same, like equal texts')
    .option('--baselines', "published results on ToxicChat's test split")
    .optionsGroup('Gates:')
    .option('--fail-under-bound <gate>', "the interval's lower end; repeatable", collectValues)
    .option('--no-worse-than <report>', 'exit 1 if the F1 may have fallen since')
    .option('--margin <share>', 'F1 differences that do not matter (default: 0.02)', share);
  addOutputFlags(command)
    .option('--full', 'print all tables: confusion, pairs, slices, ...')
    .option('--open', 'show the HTML report');
  return addLastFlags(command).addHelpText('after', EXAMPLES);
}

/**
 * What a row without an answer counts as: a label by its name, as `not toxic` or `not-toxic`.
 *
 * @throws UserError when it is neither a policy nor a label
 */
export function policyOf(named: string, { labels }: Task): UnansweredPolicy {
  const plain = (name: string) => name.toLowerCase().replace(/[ _]/g, '-');
  const label = LABELS.find((each) => plain(labels[each]) === plain(named));
  const policy = label ?? UNANSWERED_POLICIES.find((each) => each === named);
  if (policy !== undefined) return policy;
  throw new UserError(`--on-unanswered is ${show(named)}`, {
    hint: `write exclude, wrong, ${plain(labels.positive)} or ${plain(labels.negative)}`,
  });
}

/** @throws UserError when two flags do not go together */
export function checkFlags(flags: EvaluateFlags): void {
  const { threshold, thresholdFrom, modelName, run, baseUrl } = flags;
  batchOf(flags);
  if (threshold !== undefined && thresholdFrom !== undefined) {
    throw new UserError('--threshold and --threshold-from exclude each other', {
      hint: 'set the threshold, or tune it on another file',
    });
  }
  if (thresholdFrom !== undefined && run !== undefined) {
    throw new UserError(
      '--threshold-from needs the models themselves, and --run has only answers',
      {
        hint: 'name the models with -m: rows whose answers are kept are not asked again',
      },
    );
  }
  if (flags.runs !== undefined && run !== undefined && modelName === undefined) {
    throw new UserError(`--runs ${flags.runs} asks models, and --run has only answers`, {
      hint: 'name the models with -m, or leave --runs out: all kept runs count',
    });
  }
  const servers = modelName?.filter((name) => !runsHere(name)) ?? [];
  if (baseUrl !== undefined && servers.length > 1) {
    throw new UserError(
      `--base-url goes with one model of a server, and there are ${servers.length}`,
      {
        hint: 'evaluate each alone, then compare the kept answers with --run',
      },
    );
  }
  if ((flags.audit === undefined) !== (flags.out === undefined)) {
    throw new UserError('--audit and --out go together', {
      hint: 'say how many rows to draw, and the sheet to write: --audit 300 --out audit.csv',
    });
  }
  if (flags.open && htmlReport(flags) === undefined) {
    throw new UserError('--open shows an HTML report, and none is written', {
      hint: 'add --report outputs/report.html',
    });
  }
}

/** The HTML report among those to be written. */
export const htmlReport = ({ report = [] }: EvaluateFlags): string | undefined =>
  report.find((path) => path.toLowerCase().endsWith('.html'));
