import { UserError } from '../errors.js';
import { type Contender, estimateEvaluate, thresholdFrom } from '../evaluate.js';
import { type EvalFile, readEvalFile } from '../labels/eval-file.js';
import { predict } from '../labels/predictions.js';
import type { Model } from '../models/index.js';
import type { CostTotal } from '../pricing/cost.js';
import type { PriceFile } from '../pricing/price-file.js';
import { rowKey } from '../records.js';
import { renderEstimate, renderSpent } from './cost-lines.js';
import type { EvaluateFlags } from './evaluate.js';
import { openBudget, openNamedModel, type Setup } from './options.js';
import type { Progress } from './progress.js';
import { renderVerdict } from './verdict-line.js';

/** What came of the models that were asked. */
export interface Asked {
  readonly contenders: readonly Contender[];
  /** What each cost in this run. */
  readonly spent: readonly { readonly model: Model; readonly cost: CostTotal }[];
  readonly retryable: number;
  readonly stoppedBy?: unknown;
}

/** Puts the rows to the models one after the other; what stops one stops them all. */
export async function runModels(
  evalFile: EvalFile,
  flags: EvaluateFlags,
  { setup, priceFile }: { setup: Setup; priceFile: PriceFile | undefined },
): Promise<Asked | 'dry run'> {
  const models = await openModels(flags, { setup, priceFile });
  if (flags.dryRun) {
    for (const model of models) {
      setup.session.print(renderEstimate(await estimateEvaluate(evalFile, model, flags), model));
    }
    return 'dry run';
  }
  const tuningFile = await openTuningFile(evalFile, flags);
  const contenders: Contender[] = [];
  const spent: { model: Model; cost: CostTotal }[] = [];
  let retryable = 0;
  for (const model of models) {
    const asked = await ask(evalFile, model, flags, setup);
    spent.push({ model, cost: asked.spent });
    retryable += asked.predictions.retryable;
    const contender = {
      name: model.id,
      predictions: asked.predictions,
      price: model.price,
      threshold: setThreshold(flags),
    };
    if (asked.stoppedBy !== undefined || setup.session.signal.aborted) {
      return {
        contenders: [...contenders, contender],
        spent,
        retryable,
        stoppedBy: asked.stoppedBy,
      };
    }
    const tuned = tuningFile && (await tune(model, tuningFile, flags, setup));
    contenders.push(tuned ? { ...contender, threshold: tuned } : contender);
  }
  return { contenders, spent, retryable };
}

async function openModels(
  flags: EvaluateFlags,
  { setup, priceFile }: { setup: Setup; priceFile: PriceFile | undefined },
): Promise<Model[]> {
  const names = flags.modelName ?? (flags.run ? [] : ['wordlist']);
  const budget = openBudget(flags);
  const noSystemPrompt = !flags.systemPrompt;
  const models: Model[] = [];
  for (const name of names) {
    const model = await openNamedModel(name, flags, setup, { noSystemPrompt, priceFile, budget });
    if (models.some(({ id, provider }) => id === model.id && provider === model.provider)) {
      throw new UserError(`${name} is ${model.id} at ${model.provider}, which is named twice`, {
        hint: 'name each model once',
      });
    }
    models.push(model);
  }
  return models;
}

async function ask(evalFile: EvalFile, model: Model, flags: EvaluateFlags, { session }: Setup) {
  let progress: Progress | undefined;
  let rows = 0;
  let done = 0;
  let unanswered = 0;
  let tokens = 0;
  try {
    return await predict(evalFile, model, {
      concurrency: flags.concurrency,
      fresh: flags.fresh ?? false,
      retryUnanswered: flags.retryUnanswered ?? false,
      signal: session.signal,
      onNote: session.note,
      onStart(missing, onDisk) {
        rows = missing;
        if (onDisk > 0) session.note(`${model.id}: ${onDisk} rows were answered before`);
        const silent = flags.verbose ?? false;
        progress = session.startProgress(`evaluate ${model.id}`, {
          total: missing,
          unit: 'rows',
          silent,
        });
      },
      onRow(sample, verdict, soFar) {
        done += 1;
        tokens += (verdict.usage?.prompt_tokens ?? 0) + (verdict.usage?.completion_tokens ?? 0);
        if (verdict.outcome !== 'answered') unanswered += 1;
        if (flags.verbose) session.note(renderVerdict(sample, verdict));
        progress?.update(done, [
          unanswered > 0 ? `${unanswered} unanswered` : undefined,
          renderSpent(soFar, { rowsLeft: rows - done, tokens }),
        ]);
      },
    });
  } finally {
    progress?.stop();
  }
}

/** The rows that a threshold is tuned on must not be among those that it is judged by. */
async function openTuningFile(
  evalFile: EvalFile,
  { thresholdFrom: path, trueLabels }: EvaluateFlags,
): Promise<EvalFile | undefined> {
  if (path === undefined) return undefined;
  const tuningFile = await readEvalFile(path, trueLabels, undefined);
  const judged = new Set(evalFile.rows.map(({ index, input }) => rowKey(index, input)));
  const shared = tuningFile.rows.filter(({ index, input }) => judged.has(rowKey(index, input)));
  if (shared.length === 0) return tuningFile;
  throw new UserError(`${shared.length} rows of ${path} are also among those to be judged`, {
    hint: 'tune the threshold on rows of their own, such as another split',
  });
}

/** The threshold of --threshold, if there is one. */
export const setThreshold = ({ threshold: value }: EvaluateFlags): Contender['threshold'] =>
  value === undefined ? undefined : { value, source: '--threshold' };

async function tune(model: Model, tuningFile: EvalFile, flags: EvaluateFlags, setup: Setup) {
  const { predictions, stoppedBy } = await ask(tuningFile, model, flags, setup);
  if (stoppedBy !== undefined) throw stoppedBy;
  return thresholdFrom(tuningFile, predictions, flags.trueLabels);
}
