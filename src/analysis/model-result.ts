import { total } from '../metrics/binary.js';
import type { BootstrapOptions } from '../metrics/bootstrap.js';
import { reportOfCounts } from '../metrics/classification-report.js';
import { quantile } from '../metrics/intervals.js';
import { countOf, knownIn } from '../rows/column.js';
import { type Labels, NO_LABEL } from '../rows/labels.js';
import type { RowTable } from '../rows/table.js';
import type { Verdicts } from '../rows/verdicts.js';
import { NO_VERDICTS } from '../rows/verdicts-builder.js';
import type { LabelNames, UnansweredPolicy } from '../terms.js';
import { addUsage, type Usage } from '../verdict.js';
import { agreementOf } from './agreement.js';
import { prevalenceFigures, weightedFigures } from './at-prevalence.js';
import { boundsOf, boundsWithoutTruth } from './bounds.js';
import { cascadeNotes, cascadeOf } from './cascade-figures.js';
import { type ClusterOf, clusteredTable } from './clusters.js';
import { countsOf, figuresOf, proportion } from './figures.js';
import type { AnalysisTeacher, Identity, Judged } from './input.js';
import { costOf, costRatio } from './model-cost.js';
import { type Circumstances, modelNotes } from './notes.js';
import { confusionOf, countTable, sumOf, tallyUnanswered, underPolicy } from './outcomes.js';
import type { ModelResult } from './report/model.js';
import { averageScores, meanOf, rerunNote, rerunOf } from './rerun.js';
import type { Drawn } from './sampling-weights.js';
import { scoreFigures } from './score-figures.js';
import { type Division, slicesOf } from './slices.js';

/** The prompt of a moderation endpoint: the highest of its category scores is no probability. */
const CATEGORY_SCORES = 'moderation';

/** What every model is judged by. */
export interface JudgeContext {
  readonly rows: RowTable;
  readonly truth: Labels;
  readonly clusterOf: ClusterOf;
  readonly divisions: readonly Division[];
  readonly options: BootstrapOptions;
  readonly names: LabelNames;
  readonly policy: UnansweredPolicy;
  readonly prevalence: number | undefined;
  readonly drawn: Drawn;
  readonly isFewInFile: boolean;
}

/** The teacher judged by the truth, from its labels in the file. */
export function judgeTeacher(
  teacher: AnalysisTeacher,
  isTruth: boolean,
  context: JudgeContext,
): ModelResult {
  const unanswered = sumOf(teacher.unanswered);
  const judged = judge(teacher, [context.rows.verdicts], context);
  const { rows } = judged;
  const answered = unanswered === 0 ? rows.answered : (teacher.answered ?? rows.answered);
  // Of the unanswered rows, as large a part as is judged of the others.
  const part = answered === 0 ? 1 : rows.answered / answered;
  return withNotes(
    {
      ...judged,
      role: 'teacher',
      is_truth: isTruth,
      rows: {
        ...rows,
        total: answered + rows.not_asked + unanswered,
        answered,
        unanswered: teacher.unanswered,
      },
      coverage: proportion(answered, answered + unanswered, context.options.confidence),
      bounds: boundsWithoutTruth(
        countTable(context.truth, context.rows.teacher),
        Math.round(unanswered * part),
      ),
      agreement: null,
      threshold: null,
    },
    context,
  );
}

/** A contender judged by the truth, and set beside the teacher. */
export function judgeContender(contender: Judged, context: JudgeContext): ModelResult {
  const { verdicts } = contender;
  const { rows, clusterOf, options } = context;
  const { teacher: teacherLabels, human } = rows;
  const hasTeacher = teacherLabels.some((label) => label !== NO_LABEL);
  const runs = contender.runs ?? [verdicts];
  const judged = judge(contender, runs, context);
  const rerun = rerunOf(runs, context);
  const cascade = cascadeOf(verdicts, contender.cascade, options.confidence);
  return withNotes(
    {
      ...judged,
      role: 'contender',
      is_truth: false,
      coverage: proportion(judged.rows.answered, judged.rows.total, options.confidence),
      bounds: boundsOf(judged.confusion),
      agreement: hasTeacher
        ? agreementOf(
            { contender: verdicts.labels, teacher: teacherLabels, human, clusterOf },
            options,
          )
        : null,
      cost: { ...judged.cost, times_cheaper_than_teacher: costRatio(verdicts, rows) },
      threshold: contender.threshold,
      ...(rerun ? { rerun } : {}),
      ...(cascade ? { cascade } : {}),
    },
    context,
    contender,
  );
}

/**
 * What a teacher and a contender have in common. Where the rows were asked more than once the
 * figures are means over the runs; all else is of the first.
 */
function judge(model: Identity, runs: readonly Verdicts[], context: JudgeContext) {
  const [verdicts = NO_VERDICTS] = runs;
  const { rows, truth, clusterOf, divisions, options, policy } = context;
  const said = runs.map((run) => underPolicy(run, truth, policy));
  const [compared = Int8Array.of()] = said;
  const unanswered = tallyUnanswered(verdicts);
  const notAsked = verdicts.length - verdicts.asked;
  const tables = said.map((labels) => clusteredTable(truth, labels, clusterOf));
  const [table = []] = tables;
  const isProbability = model.prompt !== CATEGORY_SCORES;
  const averaged = averageScores(runs);
  const scored = scoreFigures({ verdicts: averaged, truth, clusterOf, isProbability }, options);
  // A row is asked once, however often it stands in the file, and so it is paid for once.
  const once = rows.keys.lastRows();
  return {
    name: model.name,
    id: model.id,
    provider: model.provider,
    prompt: model.prompt,
    file: model.file,
    table: tableOf(truth, compared, context.names),
    rows: {
      total: verdicts.length,
      answered: verdicts.length - notAsked - sumOf(unanswered),
      unanswered,
      not_asked: notAsked,
      without_truth: countOf(truth, NO_LABEL),
      compared: total(countsOf(table)),
    },
    confusion: confusionOf(verdicts, truth),
    figures: {
      ...meanOf(tables.map((each) => figuresOf(each, options))),
      ...scored?.figures,
    },
    ...prevalenceOf(said, context),
    curves: scored?.curves ?? null,
    slices: slicesOf(divisions, { truth, said: compared, clusterOf }, options.confidence),
    usage: usageOf(verdicts, once),
    cost: costOf(verdicts, once, model.priceBasis),
    latency_ms: latencyOf(verdicts),
  };
}

/** Elsewhere: where another share is positive, and in what the rows were drawn from unequally. */
function prevalenceOf(
  runs: readonly Labels[],
  { truth, prevalence, drawn, options }: JudgeContext,
): Pick<ModelResult, 'at_prevalence'> {
  if (drawn.kind === 'unequal') {
    const { probabilities } = drawn;
    const weigh = (said: Labels) =>
      weightedFigures({ truth, said, probabilities }, prevalence, options);
    return { at_prevalence: meanOf(runs.map(weigh)) };
  }
  if (prevalence === undefined) return {};
  const state = (said: Labels) => prevalenceFigures(countTable(truth, said), prevalence, options);
  return { at_prevalence: meanOf(runs.map(state)) };
}

const withNotes = (
  model: Omit<ModelResult, 'notes'>,
  { policy, names, isFewInFile }: JudgeContext,
  circumstances: Circumstances = {},
): ModelResult => ({
  ...model,
  notes: [
    ...modelNotes(model, { policy, names, isFewInFile, ...circumstances }),
    ...(model.rerun ? [rerunNote(model.rerun)] : []),
    ...cascadeNotes(model, names.positive),
  ],
});

/** Scikit-learn's own table, which goes by rows. */
function tableOf(truth: Labels, compared: Labels, names: LabelNames): string {
  const { tp, fp, fn, tn } = countTable(truth, compared);
  if (tp + fp + fn + tn === 0) return '';
  const classes = [
    [names.positive, { truePositives: tp, predicted: tp + fp, support: tp + fn }],
    [names.negative, { truePositives: tn, predicted: tn + fn, support: tn + fp }],
  ] as const;
  // As in a table of rows, a class is in it that occurs.
  return reportOfCounts(
    new Map(classes.filter(([, { predicted, support }]) => predicted + support > 0)),
  );
}

function usageOf(verdicts: Verdicts, rows: Uint32Array): Usage | null {
  let sum: Usage | null = null;
  for (const row of rows) sum = addUsage(sum, verdicts.usageOf(row));
  return sum;
}

function latencyOf({ latencies }: Verdicts): ModelResult['latency_ms'] {
  const known = latencies && knownIn(latencies);
  if (!known || known.length === 0) return null;
  known.sort();
  return { p50: quantile(known, 0.5), p95: quantile(known, 0.95) };
}
