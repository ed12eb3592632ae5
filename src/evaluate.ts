import { analyse, withUniqueNames } from './analysis/analyse.js';
import { hasBaselines } from './analysis/baselines.js';
import { checkGates, type Gate, type GateResult } from './analysis/gates.js';
import type { AnalysisContender, AnalysisInput } from './analysis/input.js';
import { noWorseThan } from './analysis/no-worse-than.js';
import { leftOut, unknownOrigin } from './analysis/notes.js';
import type { Report } from './analysis/report.js';
import { wholeRuns } from './analysis/rerun.js';
import { hasTruth } from './analysis/roles.js';
import { requireColumns } from './analysis/slices.js';
import { applyThreshold } from './analysis/threshold.js';
import { drawPath } from './labels/audit-draw.js';
import { type EvalFile, readEvalFile } from './labels/eval-file.js';
import { readHumanLabels } from './labels/human-labels.js';
import { type HumanSampleKind, humanSampleOf } from './labels/human-sample.js';
import { openLearned, withoutSeen } from './labels/seen.js';
import { coded } from './messages.js';
import { type Model, namesOf } from './models/classifier.js';
import type { Estimate } from './pricing/estimate.js';
import type { PriceFile } from './pricing/price-file.js';
import type { LabelSource } from './records.js';
import { readReport } from './reports/read.js';
import { openReports } from './reports/write.js';
import type { AskOptions } from './run/ask.js';
import { type Audit, type AuditOptions, refuseAudit, writeAudit } from './run/audit.js';
import {
  type AskedContender,
  askModels,
  type Contender,
  type ContenderCallbacks,
  estimateModels,
  refuseTwins,
} from './run/contenders.js';
import { isOfUnknownOrigin, ownLabels, readKept } from './run/kept.js';
import { withRecord } from './run/on-record.js';
import { packageVersion } from './version.js';

export interface EvaluateOptions extends AskOptions {
  /** A file that `collect` wrote, one of the 2024 cookbook's, or a dataset file with human labels. */
  readonly evalFile: string;
  /** The models to ask, one after the other. */
  readonly models?: readonly Model[] | undefined;
  /** Files of kept answers, each of one model: contenders that nobody asks. */
  readonly runs?: readonly string[] | undefined;
  /** Whose labels are the truth. Default: human. */
  readonly trueLabels?: LabelSource | undefined;
  /**
   * Sheets of human labels beside those in the file, such as `audit` wrote: CSV files with the
   * columns `row` and `label`. With the draw that `audit` kept beside a sheet, figures for all rows
   * are in the report, by the probabilities with which its rows were drawn.
   */
  readonly humanLabels?: readonly string[] | undefined;
  /**
   * `uniform` where the rows with a human label were drawn at random among all of the file: then
   * figures for all rows are in the report. Without a draw nothing is claimed for the others.
   */
  readonly humanSample?: HumanSampleKind | undefined;
  /**
   * Draws so many rows that people should label next, and writes them to a sheet, `out`, that must
   * not be there yet. It needs exactly one contender.
   */
  readonly audit?: AuditOptions | undefined;
  /** The user's own prices, for a teacher whose rows do not record their cost. */
  readonly prices?: PriceFile | undefined;
  /**
   * A file that a contender learned from: its rows are left out, as are those that the file of a
   * student names.
   */
  readonly trainFile?: string | undefined;
  /** Call a row positive from this score on. */
  readonly threshold?: number | undefined;
  /** Tune the threshold on another file of labels. */
  readonly thresholdFrom?: string | undefined;
  /** How often each row is asked; the figures are means over the runs. Default: 1. */
  readonly runsPerRow?: number | undefined;
  /** What a row without a label counts as. Default: exclude. */
  readonly onUnanswered?: AnalysisInput['settings']['onUnanswered'] | undefined;
  /** Of the intervals. Default: 0.95. */
  readonly confidence?: number | undefined;
  /** Resamples behind the intervals. Default: 2000. */
  readonly bootstrap?: number | undefined;
  /** Of the resamples. Default: 0. */
  readonly seed?: number | undefined;
  /** The share of positive texts where the model is to work: figures are stated for it too. */
  readonly prevalence?: number | undefined;
  /** Columns of the file to give figures by. */
  readonly slice?: readonly string[] | undefined;
  /**
   * A column whose values make clusters of rows that say little more than one of them, such as a
   * conversation. Default: equal texts do.
   */
  readonly cluster?: string | undefined;
  /** Show published results beside those on ToxicChat's test split. */
  readonly baselines?: boolean | undefined;
  /** Files to write reports to, by their endings. */
  readonly reports?: readonly string[] | undefined;
  readonly gates?: readonly Gate[] | undefined;
  /** A JSON report of an earlier run: the positive F1 may not have fallen since then. */
  readonly noWorseThan?: string | undefined;
  /** Differences of the positive F1 below this are of no matter: for pairs, and for that gate. Default: 0.02. */
  readonly margin?: number | undefined;
  /** When the report is made, ISO 8601, UTC. Default: now. */
  readonly createdAt?: string | undefined;
}

export type EvaluateCallbacks = ContenderCallbacks;

/** What an evaluation came to. */
export interface Evaluation {
  readonly report: Report;
  readonly gates: readonly GateResult[];
  /** The contenders that were asked, in their order; the last may be unfinished. */
  readonly asked: readonly AskedContender[];
  /** The reports that were written: none where not one row was answered, or has a truth. */
  readonly written: readonly string[];
  /** Absent where none was asked for, and where the run ended before its time. */
  readonly audit?: Audit;
  /** What ended the run before its time, if anything did. */
  readonly stoppedBy?: unknown;
  readonly interrupted: boolean;
}

export const DEFAULT_MARGIN = 0.02;

/**
 * Asks models about the rows of a file of labels, sets what they said beside the truth, and holds
 * the figures against gates. Answers are kept as they come, and a rerun asks only for what is
 * missing. Everything that can be checked is checked before anything is asked.
 *
 * What ends the run before its time is in the result: what was answered until then is reported.
 *
 * @throws UserError when an option is wrong, a file is bad, or a report cannot be written
 */
export async function evaluate(
  options: EvaluateOptions,
  callbacks: EvaluateCallbacks = {},
): Promise<Evaluation> {
  const { models: given = [], reports: reportPaths = [], gates = [], signal } = options;
  refuseTwins(given);
  const { evalFile, seen, learned, sheets, own } = await readRows(options, callbacks);
  const kept = await readKept(evalFile, options, own);
  const toAsk = given
    .filter((model) => model !== own?.model)
    .map((model) => withRecord(model, evalFile));
  const names = namesOf(toAsk);
  const named = toAsk.map((model, i) => ({ name: names[i] ?? model.id, model }));
  for (const each of [...named, ...kept]) {
    if (isOfUnknownOrigin(each, options))
      callbacks.onNote?.(coded('unknown-origin', `note: ${unknownOrigin(each.name)}`));
  }
  if (options.audit) refuseAudit(options.audit, evalFile, { models: toAsk, kept });
  for (const { path, draw } of sheets) {
    if (!draw && options.humanSample === undefined)
      callbacks.onNote?.(
        coded(
          'draw-unknown',
          `note: how the rows of ${path} were drawn is not on record: ${drawPath(path)} must lie beside it`,
        ),
      );
  }
  const baseline = options.noWorseThan ? await readReport(options.noWorseThan) : undefined;
  if (options.baselines && !hasBaselines(evalFile)) {
    callbacks.onNote?.(
      coded(
        'not-toxicchat',
        "note: published results are of ToxicChat's test split, which this is not",
      ),
    );
  }
  const reports = openReports(reportPaths);
  try {
    const { asked, stoppedBy } = await askModels(
      evalFile,
      toAsk,
      { ...options, learned },
      callbacks,
    );
    const judged = own ? withoutTeacher(evalFile) : evalFile;
    const contenders = withUniqueNames(judged.teacher?.name, [...asked, ...kept]);
    const humanSample = humanSampleOf(evalFile, sheets, options.humanSample);
    const input = {
      ...analysisInput(judged, contenders, seen, options),
      humanSample,
    };
    const report = analyse(input);
    const gateResults = [
      ...checkGates(report, gates),
      ...(baseline ? noWorseThan(report, baseline, options.margin ?? DEFAULT_MARGIN) : []),
    ];
    const isAnswered = report.models.some(
      ({ role, rows }) => role === 'contender' && rows.answered > 0,
    );
    const isWaiting = asked.some(({ asked }) => (asked.batches?.waiting ?? 0) > 0);
    const isReported = isAnswered && hasTruth(report) && !isWaiting;
    if (!hasTruth(report)) noteLeftOut(seen, callbacks);
    const verdicts = new Map(
      contenders.map(({ name, predictions }) => [name, predictions.verdicts]),
    );
    const isGated = gates.length > 0 || baseline !== undefined;
    for (const each of isReported ? reports : []) {
      await each.write({
        report,
        rows: judged.rows,
        verdicts,
        ...(isGated ? { gates: gateResults } : {}),
      });
    }
    const isWhole = stoppedBy === undefined && signal?.aborted !== true;
    const audit =
      options.audit && isAnswered && isWhole && !isWaiting
        ? writeAudit(options.audit, evalFile, input)
        : undefined;
    return {
      report,
      ...(audit ? { audit } : {}),
      gates: gateResults,
      asked: contenders.filter((each): each is AskedContender => each.asked !== undefined),
      written: isReported ? reportPaths : [],
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
      interrupted: signal?.aborted ?? false,
    };
  } finally {
    for (const each of reports) each.discard();
  }
}

/**
 * What each model of an evaluation would take; nothing is sent. Rows that repeat are asked once and
 * count once; those that a threshold is tuned on count too.
 *
 * @throws UserError when an option is wrong, or the answers on disk are of another prompt or dataset
 */
export async function estimateEvaluate(
  options: EvaluateOptions,
  callbacks: Pick<EvaluateCallbacks, 'onNote'> = {},
): Promise<{ readonly model: Model; readonly estimate: Estimate }[]> {
  const { models = [] } = options;
  refuseTwins(models);
  const { evalFile, seen, learned, own } = await readRows(options, callbacks);
  noteLeftOut(seen, callbacks);
  const toAsk = models
    .filter((model) => model !== own?.model)
    .map((model) => withRecord(model, evalFile));
  return estimateModels(evalFile, toAsk, { ...options, learned });
}

/** Says so where no report will. */
export function noteLeftOut(
  seen: Report['data']['seen'],
  { onNote }: Pick<EvaluateCallbacks, 'onNote'>,
): void {
  if (seen && seen.rows > 0) onNote?.(`note: ${leftOut(seen)}`);
}

/** The rows to be judged, without those that a contender has learned from. */
export async function readRows(
  options: EvaluateOptions,
  { onNote }: Pick<EvaluateCallbacks, 'onNote'>,
) {
  const { models = [], evalFile: path, task, trueLabels, prices, slice = [], cluster } = options;
  const sheets = readHumanLabels(options.humanLabels ?? [], task);
  const whole = await readEvalFile(path, {
    task,
    trueLabels,
    prices,
    sheets,
    // An audit is how such a file comes by its first human labels.
    mayLackTruth: options.audit !== undefined,
  });
  const own = ownLabels(whole, options);
  if (own?.model)
    onNote?.(
      `note: ${path} has the labels of ${own.model.id}: they are judged, and nobody is asked`,
    );
  const learned = await openLearned(models, options);
  const { evalFile, seen } = withoutSeen(whole, learned, trueLabels);
  requireColumns(evalFile.rows, slice, 'to slice by');
  requireColumns(evalFile.rows, cluster === undefined ? [] : [cluster], 'to cluster by');
  return { evalFile, seen, learned, sheets, own };
}

/** A teacher whose labels are the answers that are judged would stand there twice. */
const withoutTeacher = (evalFile: EvalFile): EvalFile => ({
  ...evalFile,
  teacher: null,
  rows: evalFile.rows.map((row) => ({ ...row, prediction: null })),
});

function analysisInput(
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
  const [verdicts = []] = runs;
  const isPriced = verdicts.some((verdict) => verdict?.costUsd != null);
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
