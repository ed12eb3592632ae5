import { InvalidArgumentError, Option } from 'commander';
import { type Report, UNANSWERED_POLICIES } from '../analysis/report.js';
import { EXIT, type ExitCode, UserError } from '../errors.js';
import type { Contender } from '../evaluate.js';
import type { EvalFile, Truth } from '../labels/eval-file.js';
import type { Predictions } from '../labels/predictions.js';
import { type Asked, runModels, setThreshold } from './evaluate-models.js';
import { type Outputs, openOutputs, writeOutputs } from './evaluate-reports.js';
import { concludeEvaluate } from './evaluate-summary.js';
import type { Session } from './main.js';
import {
  choiceOption,
  collectValues,
  MODEL_HELP,
  newCommand,
  packageVersion,
  readPrices,
  type SharedFlags,
  wholeNumber,
  withSetup,
} from './options.js';

export interface EvaluateFlags extends SharedFlags {
  readonly modelName?: readonly string[];
  readonly run?: readonly string[];
  readonly evalFile: string;
  readonly trueLabels: Truth;
  readonly systemPrompt: boolean;
  readonly fresh?: true;
  readonly retryUnanswered?: true;
  readonly onUnanswered: (typeof UNANSWERED_POLICIES)[number];
  readonly confidence: number;
  readonly bootstrap: number;
  readonly seed: number;
  readonly slice?: readonly string[];
  readonly trainFile?: string;
  readonly excludeSeen?: true;
  readonly threshold?: number;
  readonly thresholdFrom?: string;
  readonly baselines?: true;
  readonly report?: readonly string[];
  readonly open?: true;
  readonly failUnder?: readonly string[];
  readonly failUnderBound?: readonly string[];
  /** Of --no-worse-than: commander takes its `no` for a negation, whose default is true. */
  readonly worseThan: string | true;
  readonly margin?: number;
}

const EXAMPLES = `${MODEL_HELP}
Each model's answers are kept in outputs/<eval-file>.<provider>-<id>.jsonl, and a second run asks only
for what is missing. docs/reading-the-figures.md says what each figure may claim.

Examples:
  evaluate -m mistral-7b --eval-file eval_outputs.jsonl
  evaluate -m gpt4 -m mistral-7b -m llamaguard --report outputs/report.html --open
  evaluate -m mistral-7b --fail-under toxic.f1=0.70 --no-worse-than main.json --report junit.xml
  evaluate --run outputs/outputs.openai-gpt-4.1.jsonl --on-unanswered wrong
  evaluate -m openpipe:my-model-prune --eval-file eval_outputs.jsonl --true-labels gpt
  evaluate -m my-model --base-url http://localhost:8000/v1 --eval-file eval_outputs.jsonl`;

function program(session: Session) {
  const modelOption = new Option(
    '-m, --model-name <name>',
    'a contender, may be repeated; see the list below (default: "wordlist")',
  ).argParser(collectValues);
  return newCommand(
    'evaluate',
    'Run models over a file of labels and print the classification report.',
    { modelOption, session },
  )
    .option(
      '--run <file>',
      'the kept answers of a contender instead, may be repeated',
      collectValues,
    )
    .option('--eval-file <file>', 'a JSONL file that collect wrote', 'outputs/outputs.jsonl')
    .addOption(
      choiceOption(
        '--true-labels <whose>',
        "whose labels are the truth: people's, or the teacher's",
        ['human', 'gpt'],
      ).default('human'),
    )
    .option('--no-system-prompt', 'send the text alone, to a model tuned without the instruction')
    .option('--fresh', 'ask every row anew; the kept answers go to another name')
    .option('--retry-unanswered', 'ask again every row that got no label')
    .addOption(
      choiceOption(
        '--on-unanswered <policy>',
        'what a row without a label counts as in the figures',
        UNANSWERED_POLICIES,
      ).default('exclude'),
    )
    .option('--confidence <share>', 'of the intervals', share, 0.95)
    .option('--bootstrap <n>', 'resamples behind the intervals', wholeNumber(100), 2000)
    .option('--seed <n>', 'the seed of the resamples', wholeNumber(0), 0)
    .option(
      '--slice <column>',
      'figures by a column of the file too, may be repeated',
      collectValues,
    )
    .option('--train-file <file>', 'count the rows that the student has learned from')
    .option('--exclude-seen', 'leave those rows out')
    .option('--threshold <score>', 'call a row toxic from this score on', share)
    .option('--threshold-from <file>', 'tune the threshold on another file of labels')
    .option('--baselines', "show published results beside those on ToxicChat's test split")
    .option(
      '--report <file>',
      'write a report, by its ending: .html .md .xml (JUnit) .csv .json; may be repeated',
      collectValues,
    )
    .option('--open', 'show the HTML report')
    .option(
      '--fail-under <figure=limit>',
      'exit 1 where a figure is lower, such as toxic.f1=0.70; may be repeated',
      collectValues,
    )
    .option(
      '--fail-under-bound <figure=limit>',
      "the same of its interval's lower end",
      collectValues,
    )
    .option('--no-worse-than <report.json>', 'exit 1 where the toxic F1 may have fallen since then')
    .option('--margin <share>', 'by how much it may have fallen (default: 0.02)', share)
    .addHelpText('after', EXAMPLES);
}

/** Parses a number between 0 and 1; commander names the flag and the value seen. */
function share(text: string): number {
  const number = /^0?\.\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number > 0 && number < 1) return number;
  throw new InvalidArgumentError('It must be a number between 0 and 1, such as 0.95.');
}

/** The `evaluate` command. */
export async function evaluateCommand(
  argv: readonly string[],
  session: Session,
): Promise<ExitCode> {
  const flags = program(session).parse(argv, { from: 'user' }).opts<EvaluateFlags>();
  checkFlags(flags);
  return withSetup(flags, session, async (setup) => {
    const { readEvalFile } = await import('../labels/eval-file.js');
    const priceFile = readPrices(flags);
    const whole = await readEvalFile(flags.evalFile, flags.trueLabels, priceFile);
    const { evalFile, seen } = await leaveOutSeen(whole, flags);
    const { requireColumns } = await import('../analysis/slices.js');
    requireColumns(evalFile.rows, flags.slice ?? []);
    const saved = await readRuns(evalFile, flags);
    const outputs = await openOutputs(flags);
    try {
      const outcome = await runModels(evalFile, flags, { setup, priceFile });
      if (outcome === 'dry run') return EXIT.done;
      return await conclude(flags, { evalFile, seen, saved, outcome, outputs, session });
    } finally {
      for (const each of outputs.reports) each.discard();
    }
  });
}

interface Finished {
  readonly evalFile: EvalFile;
  readonly seen: Report['data']['seen'];
  readonly saved: readonly Contender[];
  readonly outcome: Asked;
  readonly outputs: Outputs;
  readonly session: Session;
}

async function conclude(
  flags: EvaluateFlags,
  { evalFile, seen, saved, outcome, outputs, session }: Finished,
): Promise<ExitCode> {
  const { evaluate } = await import('../evaluate.js');
  const contenders = [...outcome.contenders, ...saved];
  const options = {
    ...flags,
    sliceColumns: flags.slice ?? [],
    baselines: flags.baselines ?? false,
    toolVersion: packageVersion(),
    createdAt: new Date().toISOString(),
  };
  const report = evaluate(evalFile, contenders, options, seen);
  const gates = await writeOutputs(outputs, { evalFile, report, contenders, session });
  return concludeEvaluate({ evalFile, report, gates, ...outcome, session });
}

function checkFlags({
  excludeSeen,
  trainFile,
  threshold,
  thresholdFrom,
  modelName,
  run,
  baseUrl,
}: EvaluateFlags) {
  if (excludeSeen && trainFile === undefined) {
    throw new UserError('--exclude-seen goes with --train-file', {
      hint: 'name the file that the student learned from with --train-file',
    });
  }
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
  if (baseUrl !== undefined && (modelName?.length ?? 0) > 1) {
    throw new UserError('--base-url goes with one model', {
      hint: 'evaluate each alone, then compare the kept answers with --run',
    });
  }
}

async function leaveOutSeen(evalFile: EvalFile, { trainFile, excludeSeen }: EvaluateFlags) {
  if (trainFile === undefined) return { evalFile, seen: null };
  const { withoutSeen } = await import('../evaluate.js');
  return withoutSeen(evalFile, trainFile, excludeSeen === true);
}

async function readRuns(evalFile: EvalFile, flags: EvaluateFlags): Promise<Contender[]> {
  const { readPredictions } = await import('../labels/predictions.js');
  return Promise.all(
    (flags.run ?? []).map(async (path) => {
      const predictions = await readPredictions(path, evalFile.rows);
      refuseStranger(path, predictions, evalFile);
      return {
        name: predictions.id ?? path,
        predictions,
        price: undefined,
        threshold: setThreshold(flags),
      };
    }),
  );
}

function refuseStranger(
  path: string,
  { verdicts }: Predictions,
  { path: evalPath }: EvalFile,
): void {
  if (verdicts.some((verdict) => verdict !== undefined)) return;
  throw new UserError(`${path} has none of the rows of ${evalPath}`, {
    hint: 'name the answers that were given to this file',
  });
}
