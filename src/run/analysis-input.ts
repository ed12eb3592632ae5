import type { AnalysisContender, AnalysisInput } from '../analysis/input.js';
import type { Report } from '../analysis/report/report.js';
import { wholeRuns } from '../analysis/rerun.js';
import { applyThreshold } from '../analysis/threshold.js';
import type { EvalFile } from '../labels/eval-file.js';
import { NO_VERDICTS } from '../rows/verdicts-builder.js';
import { packageVersion } from '../version.js';
import type { Contender } from './contenders.js';
import type { EvaluateOptions } from './evaluation.js';
import { isOfUnknownOrigin } from './kept.js';

/** Differences of the positive F1 below this are of no matter. */
export const DEFAULT_MARGIN = 0.02;

/** What is analysed of an evaluation: its rows, what the contenders said of them, its settings. */
export function analysisInput(
  { path, task, sha256, dataset, split, rows, teacher }: EvalFile,
  contenders: readonly Contender[],
  seen: Report['data']['seen'],
  options: EvaluateOptions,
): AnalysisInput {
  return {
    task,
    rows,
    teacher,
    contenders: contenders.map((each) => ({
      ...toAnalysis(each),
      ofUnknownOrigin: isOfUnknownOrigin(each, options),
    })),
    settings: {
      truth: options.trueLabels ?? 'human',
      confidence: options.confidence ?? 0.95,
      bootstrap: options.bootstrap ?? 2000,
      seed: options.seed ?? 0,
      onUnanswered: options.onUnanswered ?? 'exclude',
      margin: options.margin ?? DEFAULT_MARGIN,
      prevalence: options.prevalence,
      sliceColumns: options.slice ?? [],
      cluster: options.cluster ?? null,
      baselines: options.baselines ?? false,
    },
    data: { file: path, sha256, dataset, split, seen },
    createdAt: options.createdAt ?? new Date().toISOString(),
    toolVersion: packageVersion(),
  };
}

function toAnalysis({ name, model, asked, predictions, threshold }: Contender): AnalysisContender {
  const { id, provider, prompt, file } = predictions;
  const runs = wholeRuns(predictions.runs).map((run) =>
    threshold ? applyThreshold(run, threshold.value) : run,
  );
  const [verdicts = NO_VERDICTS] = runs;
  const isPriced = verdicts.costs?.some((cost) => !Number.isNaN(cost)) ?? false;
  return {
    name,
    id,
    provider,
    prompt,
    file,
    priceBasis: model?.price?.basis ?? (isPriced ? 'as its rows record it' : 'unknown'),
    threshold,
    verdicts,
    cascade: model?.cascade,
    endedEarly: asked !== undefined,
    ...(runs.length > 1 ? { runs } : {}),
  };
}
