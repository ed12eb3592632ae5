import { EXIT, type ExitCode } from '../errors.js';
import type { Evaluation } from '../evaluate.js';
import type { Model } from '../models/index.js';
import { formatDollars } from '../pricing/cost.js';
import type { PriceFile } from '../pricing/price-file.js';
import { BudgetSpentError } from '../requests/budget.js';
import { renderCost, renderEstimate, renderRatio, renderSpent } from './cost-lines.js';
import {
  choiceOption,
  MODEL_HELP,
  newCommand,
  openNamedModel,
  readPrices,
  type SharedFlags,
  withSetup,
} from './options.js';
import { type Progress, startProgress } from './progress.js';
import { explain, type Session } from './run.js';
import { renderVerdict } from './verdict-line.js';

interface Flags extends SharedFlags {
  readonly evalFile: string;
  readonly trueLabels: 'human' | 'gpt';
  readonly systemPrompt: boolean;
}

const EXAMPLES = `${MODEL_HELP}
Examples:
  evaluate -m mistral-7b --eval-file eval_outputs.jsonl
  evaluate -m openpipe:my-model-prune --eval-file eval_outputs.jsonl --true-labels gpt
  evaluate -m my-model --base-url http://localhost:8000/v1 --eval-file eval_outputs.jsonl`;

function program() {
  return newCommand(
    'evaluate',
    'Run a model over a file of labels and print the classification report.',
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
    .addHelpText('after', EXAMPLES);
}

/** The `evaluate` command. */
export async function evaluateCommand(
  argv: readonly string[],
  session: Session,
): Promise<ExitCode> {
  const flags = program().parse(argv, { from: 'user' }).opts<Flags>();
  return withSetup(flags, session, async (setup) => {
    const priceFile = readPrices(flags);
    const noSystemPrompt = !flags.systemPrompt;
    const model = await openNamedModel(flags, setup, { noSystemPrompt, priceFile });
    if (flags.dryRun) return dryRun(flags, model, session);
    const evaluation = await runEvaluate(flags, { model, prices: priceFile, session });
    return report(evaluation, model, session);
  });
}

async function dryRun(flags: Flags, model: Model, session: Session): Promise<ExitCode> {
  const { estimateEvaluate } = await import('../evaluate.js');
  session.print(renderEstimate(await estimateEvaluate({ ...flags, model }), model));
  return EXIT.done;
}

async function runEvaluate(
  flags: Flags,
  { model, prices, session }: { model: Model; prices: PriceFile | undefined; session: Session },
): Promise<Evaluation> {
  const { evaluate } = await import('../evaluate.js');
  let progress: Progress | undefined;
  let rows = 0;
  let done = 0;
  let unanswered = 0;
  let tokens = 0;
  try {
    return await evaluate({
      evalFile: flags.evalFile,
      model,
      trueLabels: flags.trueLabels,
      concurrency: flags.concurrency,
      signal: session.signal,
      prices,
      onStart: (total) => {
        rows = total;
        const silent = flags.verbose ?? false;
        progress = startProgress('evaluate', { total, unit: 'rows', silent });
      },
      onRow(row, verdict, spent) {
        done += 1;
        tokens += (verdict.usage?.prompt_tokens ?? 0) + (verdict.usage?.completion_tokens ?? 0);
        if (verdict.outcome !== 'answered') unanswered += 1;
        if (flags.verbose) session.note(renderVerdict(row, verdict));
        progress?.update(done, [
          unanswered > 0 ? `${unanswered} unanswered` : undefined,
          renderSpent(spent, { rowsLeft: rows - done, tokens }),
        ]);
      },
    });
  } finally {
    progress?.stop();
  }
}

/** What was answered is shown even when the run could not finish: it was paid for. */
async function report(evaluation: Evaluation, model: Model, session: Session): Promise<ExitCode> {
  const { contender, teacher, repeatedRows, stoppedBy } = evaluation;
  const { renderText } = await import('../reports/text.js');
  const isAnswered = contender.yTrue.length > 0;
  if (repeatedRows > 0) {
    session.note(
      `note: ${repeatedRows} rows repeat a ds_original_idx of this file, and count each time`,
    );
  }
  if (stoppedBy === undefined || isAnswered) session.print(renderText(evaluation));
  if (isAnswered) {
    session.note(`cost        ${renderCost(contender.cost, model)}`);
    const ratio = renderRatio(contender.cost, teacher.cost, teacher.name ?? 'the teacher');
    if (ratio !== undefined) session.note(`against     ${ratio}`);
  }
  if (stoppedBy instanceof BudgetSpentError) noteWhatIsLeft(contender, session);
  if (stoppedBy !== undefined) return explain(stoppedBy, session);
  if (session.signal.aborted) return EXIT.interrupted;
  if (isAnswered && contender.retryable > 0) {
    session.note(
      `error: ${contender.retryable} of ${contender.total} rows failed on the way; run it again for the whole`,
    );
    return EXIT.couldNotFinish;
  }
  if (isAnswered) return EXIT.done;
  session.note(
    'error: not one row was answered, so there is nothing to report\n  -v shows each reply',
  );
  return EXIT.couldNotFinish;
}

function noteWhatIsLeft({ cost, notAsked }: Evaluation['contender'], session: Session): void {
  if (cost.known === 0) return;
  const usd = formatDollars((cost.usd / cost.known) * notAsked);
  session.note(`note: ${notAsked} rows are left, at about ${usd} to finish`);
}
