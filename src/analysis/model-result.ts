import { total } from '../metrics/binary.js';
import type { BootstrapOptions } from '../metrics/bootstrap.js';
import { classificationReport } from '../metrics/classification-report.js';
import { quantile } from '../metrics/intervals.js';
import { CostTotal } from '../pricing/cost.js';
import {
  addUsage,
  type LabelledRow,
  type ToxicityLabel,
  type Usage,
  verdictOf,
} from '../records.js';
import { agreementOf } from './agreement.js';
import { prevalenceFigures } from './at-prevalence.js';
import { boundsOf, boundsWithoutTruth } from './bounds.js';
import { figuresOf, proportion } from './figures.js';
import type { AnalysisContender, AnalysisTeacher, Identity } from './input.js';
import { modelNotes } from './notes.js';
import {
  answersOf,
  confusionOf,
  countTable,
  type Labels,
  NO_LABEL,
  nameOf,
  sumOf,
  tallyUnanswered,
  type UnansweredPolicy,
  underPolicy,
  type Verdicts,
} from './outcomes.js';
import type { ModelResult } from './report.js';
import { averageScores, meanOf, rerunNote, rerunOf } from './rerun.js';
import { scoreFigures } from './score-figures.js';
import { type Division, slicesOf } from './slices.js';

/** What every model is judged by. */
export interface JudgeContext {
  readonly rows: readonly LabelledRow[];
  readonly truth: Labels;
  readonly human: Labels;
  readonly teacher: Labels;
  readonly divisions: readonly Division[];
  readonly options: BootstrapOptions;
  readonly policy: UnansweredPolicy;
  readonly prevalence: number | undefined;
  readonly isFewInFile: boolean;
}

/** The teacher judged by the truth, from its labels in the file. */
export function judgeTeacher(
  teacher: AnalysisTeacher,
  isTruth: boolean,
  context: JudgeContext,
): ModelResult {
  const unanswered = sumOf(teacher.unanswered);
  const judged = judge(teacher, [context.rows.map(verdictOf)], context);
  const { rows } = judged;
  return withNotes(
    {
      ...judged,
      role: 'teacher',
      is_truth: isTruth,
      rows: { ...rows, total: rows.total + unanswered, unanswered: teacher.unanswered },
      coverage: proportion(rows.answered, rows.answered + unanswered, context.options.confidence),
      bounds: boundsWithoutTruth(countTable(context.truth, context.teacher), unanswered),
      agreement: null,
      threshold: null,
    },
    context,
  );
}

/** A contender judged by the truth, and set beside the teacher. */
export function judgeContender(
  contender: AnalysisContender,
  teacher: ModelResult,
  context: JudgeContext,
): ModelResult {
  const { verdicts } = contender;
  const { teacher: teacherLabels, human, options } = context;
  const runs = contender.runs ?? [verdicts];
  const judged = judge(contender, runs, context);
  const rerun = rerunOf(runs, context);
  const asked = judged.rows.answered + sumOf(judged.rows.unanswered);
  return withNotes(
    {
      ...judged,
      role: 'contender',
      is_truth: false,
      coverage: proportion(judged.rows.answered, asked, options.confidence),
      bounds: boundsOf(judged.confusion),
      agreement: agreementOf(
        { contender: answersOf(verdicts), teacher: teacherLabels, human },
        options,
      ),
      cost: besideTeacher(judged.cost, teacher.cost),
      threshold: contender.threshold,
      ...(rerun ? { rerun } : {}),
    },
    context,
  );
}

/**
 * What a teacher and a contender have in common. Where the rows were asked more than once the
 * figures are means over the runs; all else is of the first.
 */
function judge(model: Identity, runs: readonly Verdicts[], context: JudgeContext) {
  const [verdicts = []] = runs;
  const { truth, divisions, options, policy, prevalence } = context;
  const compared = underPolicy(verdicts, truth, policy);
  const counts = countTable(truth, compared);
  const unanswered = tallyUnanswered(verdicts);
  const notAsked = verdicts.filter((verdict) => verdict === undefined).length;
  const tables = runs.map((run) => countTable(truth, underPolicy(run, truth, policy)));
  const scored = scoreFigures(averageScores(runs), truth, options);
  return {
    name: model.name,
    id: model.id,
    provider: model.provider,
    prompt: model.prompt,
    file: model.file,
    table: tableOf(truth, compared),
    rows: {
      total: verdicts.length,
      answered: verdicts.length - notAsked - sumOf(unanswered),
      unanswered,
      not_asked: notAsked,
      without_truth: truth.filter((label) => label === NO_LABEL).length,
      compared: total(counts),
    },
    confusion: confusionOf(verdicts, truth),
    figures: {
      ...meanOf(tables.map((table) => figuresOf(table, options))),
      ...scored?.figures,
    },
    ...(prevalence === undefined
      ? {}
      : {
          at_prevalence: meanOf(
            tables.map((table) => prevalenceFigures(table, prevalence, options)),
          ),
        }),
    curves: scored?.curves ?? null,
    slices: slicesOf(divisions, truth, compared, options),
    usage: usageOf(verdicts),
    cost: costOf(verdicts, model.priceBasis),
    latency_ms: latencyOf(verdicts),
  };
}

const withNotes = (model: Omit<ModelResult, 'notes'>, context: JudgeContext): ModelResult => ({
  ...model,
  notes: [
    ...modelNotes(model, context.policy, context.isFewInFile),
    ...(model.rerun ? [rerunNote(model.rerun)] : []),
  ],
});

/** Scikit-learn's own table, which goes by rows. */
function tableOf(truth: Labels, compared: Labels): string {
  const yTrue: ToxicityLabel[] = [];
  const yPred: ToxicityLabel[] = [];
  for (const [row, label] of truth.entries()) {
    const said = compared[row] ?? NO_LABEL;
    if (label === NO_LABEL || said === NO_LABEL) continue;
    yTrue.push(nameOf(label));
    yPred.push(nameOf(said));
  }
  return yTrue.length > 0 ? classificationReport(yTrue, yPred) : '';
}

const usageOf = (verdicts: Verdicts) =>
  verdicts.reduce<Usage | null>((sum, verdict) => addUsage(sum, verdict?.usage ?? null), null);

/** Dollars for the rows asked; unknown as soon as one of them is. */
function costOf(verdicts: Verdicts, basis: string): ModelResult['cost'] {
  const total = new CostTotal();
  for (const verdict of verdicts) if (verdict) total.add(verdict.costUsd);
  const isKnown = total.known > 0 && total.unknown === 0;
  return {
    usd: isKnown ? total.usd : null,
    per_1000_rows: isKnown ? (total.usd / total.known) * 1000 : null,
    basis,
    times_cheaper_than_teacher: null,
  };
}

function besideTeacher(cost: ModelResult['cost'], teacher: ModelResult['cost']) {
  const { per_1000_rows: ours } = cost;
  const { per_1000_rows: theirs } = teacher;
  return { ...cost, times_cheaper_than_teacher: theirs && ours ? theirs / ours : null };
}

function latencyOf(verdicts: Verdicts): ModelResult['latency_ms'] {
  const latencies = verdicts.flatMap((verdict) => verdict?.latencyMs ?? []);
  if (latencies.length === 0) return null;
  const sorted = Float64Array.from(latencies).sort();
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}
