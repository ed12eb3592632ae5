import { analyse, withUniqueNames } from './analysis/analyse.js';
import { hasBaselines } from './analysis/baselines.js';
import { checkGates } from './analysis/gates.js';
import { noWorseThan } from './analysis/no-worse-than.js';
import { leftOut, unknownOrigin } from './analysis/notes.js';
import type { Report } from './analysis/report/report.js';
import { hasTruth } from './analysis/roles.js';
import { requireColumns } from './analysis/slices.js';
import { drawPath } from './labels/audit-draw.js';
import { type EvalFile, readEvalFile } from './labels/eval-file.js';
import { readHumanLabels } from './labels/human-labels.js';
import { humanSampleOf } from './labels/human-sample.js';
import { refuseNoAnswers } from './labels/predictions.js';
import { openLearned, withoutSeen } from './labels/seen.js';
import { coded } from './messages.js';
import { type Model, namesOf } from './models/classifier.js';
import type { Estimate } from './pricing/estimate.js';
import { type OpenReport, openReports } from './reports/write.js';
import { analysisInput, DEFAULT_MARGIN } from './run/analysis-input.js';
import { refuseAudit, writeAudit } from './run/audit.js';
import {
  type AskedContender,
  askModels,
  type Contender,
  estimateModels,
  refuseTwins,
} from './run/contenders.js';
import type { EvaluateCallbacks, EvaluateOptions, Evaluation } from './run/evaluation.js';
import { isOfUnknownOrigin, ownLabels, readKept } from './run/kept.js';
import { withRecord } from './run/on-record.js';

export type { EvaluateCallbacks, EvaluateOptions, Evaluation } from './run/evaluation.js';

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
  const { models: given = [] } = options;
  refuseTwins(given);
  // Before a large file is read.
  for (const run of options.runs ?? []) refuseNoAnswers(run);
  const rows = await readRows(options, callbacks);
  const { evalFile, own } = rows;
  const kept = await readKept(evalFile, { ...options, onRead: callbacks.onRead }, own);
  const toAsk = given
    .filter((model) => model !== own?.model)
    .map((model) => withRecord(model, evalFile));
  if (options.audit) refuseAudit(options.audit, evalFile, { models: toAsk, kept });
  tellDoubts(options, rows, { toAsk, kept }, callbacks);
  const baseline = options.noWorseThan ? await readBaseline(options.noWorseThan) : undefined;
  const reports = openReports(options.reports ?? []);
  try {
    return await judge(options, rows, { toAsk, kept, baseline, reports }, callbacks);
  } finally {
    for (const each of reports) each.discard();
  }
}

type Rows = Awaited<ReturnType<typeof readRows>>;

interface Contenders {
  readonly toAsk: readonly Model[];
  readonly kept: readonly Contender[];
}

/** What can be doubted before anything is asked. */
function tellDoubts(
  options: EvaluateOptions,
  { evalFile, sheets }: Rows,
  { toAsk, kept }: Contenders,
  { onNote }: EvaluateCallbacks,
): void {
  const names = namesOf(toAsk);
  const named = toAsk.map((model, i) => ({ name: names[i] ?? model.id, model }));
  for (const each of [...named, ...kept]) {
    if (isOfUnknownOrigin(each, options))
      onNote?.(coded('unknown-origin', `note: ${unknownOrigin(each.name)}`));
  }
  for (const { path, draw } of sheets) {
    if (!draw && options.humanSample === undefined)
      onNote?.(
        coded(
          'draw-unknown',
          `note: how the rows of ${path} were drawn is not on record: ${drawPath(path)} must lie beside it`,
        ),
      );
  }
  if (options.baselines && !hasBaselines(evalFile)) {
    onNote?.(
      coded(
        'not-toxicchat',
        "note: published results are of ToxicChat's test split, which this is not",
      ),
    );
  }
}

/** Asks who is to be asked, and reports on all; the files are written where some row was answered. */
async function judge(
  options: EvaluateOptions,
  { evalFile, seen, learned, sheets, own }: Rows,
  {
    toAsk,
    kept,
    baseline,
    reports,
  }: Contenders & { baseline: Report | undefined; reports: readonly OpenReport[] },
  callbacks: EvaluateCallbacks,
): Promise<Evaluation> {
  const { gates = [], signal } = options;
  const { asked, stoppedBy } = await askModels(evalFile, toAsk, { ...options, learned }, callbacks);
  const judged = own ? withoutTeacher(evalFile) : evalFile;
  const contenders = withUniqueNames(judged.teacher?.name, [...asked, ...kept]);
  const input = {
    ...analysisInput(judged, contenders, seen, options),
    humanSample: humanSampleOf(evalFile, sheets, options.humanSample),
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
  const verdicts = new Map(contenders.map(({ name, predictions }) => [name, predictions.verdicts]));
  const isGated = gates.length > 0 || baseline !== undefined;
  for (const each of isReported ? reports : []) {
    const told = isGated ? { gates: gateResults } : {};
    await each.write({ report, rows: judged.rows, verdicts, ...told });
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
    written: isReported ? (options.reports ?? []) : [],
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
    interrupted: signal?.aborted ?? false,
  };
}

/** A report of before; its schemas take a while to build. */
async function readBaseline(path: string): Promise<Report> {
  const { readReport } = await import('./reports/read.js');
  return readReport(path);
}

/**
 * What each model of an evaluation would take; nothing is sent. Rows that repeat are asked once and
 * count once; those that a threshold is tuned on count too.
 *
 * @throws UserError when an option is wrong, or the answers on disk are of another prompt or dataset
 */
export async function estimateEvaluate(
  options: EvaluateOptions,
  callbacks: Pick<EvaluateCallbacks, 'onNote' | 'onRead'> = {},
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
  { onNote, onRead }: Pick<EvaluateCallbacks, 'onNote' | 'onRead'>,
) {
  const { models = [], evalFile: path, task, trueLabels, prices, slice = [], cluster } = options;
  const sheets = await readHumanLabels(options.humanLabels ?? [], task);
  const whole = await readEvalFile(path, {
    task,
    trueLabels,
    prices,
    sheets,
    onRead,
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
  rows: evalFile.rows.withoutTeacher(),
});
