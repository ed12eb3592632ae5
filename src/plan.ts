import { withUniqueNames } from './analysis/analyse.js';
import { DEFAULT_ASSUMED_F1, type Plan, type PlannedContender, plan } from './analysis/plan.js';
import { applyThreshold } from './analysis/threshold.js';
import { type EvaluateCallbacks, type EvaluateOptions, noteLeftOut, readRows } from './evaluate.js';
import type { Predictions } from './labels/predictions.js';
import { DEFAULT_MARGIN } from './run/analysis-input.js';
import { isScored } from './run/contenders.js';
import { readKept } from './run/kept.js';
import { readPilot } from './run/pilot.js';

export interface PlanOptions extends EvaluateOptions {
  /** Precision and recall of a model of which no answer is kept. Default: 0.7. */
  readonly assumedF1?: number | undefined;
}

const ANY_MODEL: PlannedContender = { name: 'a model', verdicts: null };

/**
 * What an evaluation with these options can show; nothing is sent. The models and `runs` are pilots as
 * far as answers of theirs are kept; where no model is named, the plan is for any.
 *
 * @throws UserError when an option is wrong, a file is bad, or the answers on disk are of another
 *   prompt or dataset
 */
export async function planEvaluate(
  options: PlanOptions,
  callbacks: Pick<EvaluateCallbacks, 'onNote'> = {},
): Promise<Plan> {
  const { models = [], trueLabels = 'human', threshold } = options;
  const { evalFile, seen } = await readRows(options, callbacks);
  noteLeftOut(seen, callbacks);
  const pilots = await Promise.all(
    models.map(async (model) => ({
      name: model.id,
      predictions: await readPilot(evalFile, model, options),
    })),
  );
  const named = [...pilots, ...(await readKept(evalFile, options))].map(
    ({ name, predictions }): PlannedContender => ({
      name,
      verdicts: predictions && judgedBy(predictions, threshold),
    }),
  );
  const { rows, teacher } = evalFile;
  const isTruth = trueLabels === 'teacher';
  return plan({
    names: evalFile.task.labels,
    truth: isTruth ? rows.teacher : rows.human,
    teacher: isTruth || !teacher ? null : { name: teacher.name, verdicts: rows.verdicts },
    contenders: withUniqueNames(teacher?.name, named.length > 0 ? named : [ANY_MODEL]),
    policy: options.onUnanswered ?? 'exclude',
    confidence: options.confidence ?? 0.95,
    margin: options.margin ?? DEFAULT_MARGIN,
    runsPerRow: options.runsPerRow ?? 1,
    assumedF1: options.assumedF1 ?? DEFAULT_ASSUMED_F1,
  });
}

const judgedBy = (predictions: Predictions, threshold: number | undefined) =>
  threshold !== undefined && isScored(predictions)
    ? applyThreshold(predictions.verdicts, threshold)
    : predictions.verdicts;
