import { countClusters } from '../metrics/clusters.js';
import type { Labels } from '../rows/labels.js';
import { addAllRows, allRowsNote } from './all-rows.js';
import { publishedBaselines, type Run } from './baselines.js';
import { cascadeCurves } from './cascade-curves.js';
import { type ClusterOf, clusterRows, positiveDesignEffect } from './clusters.js';
import { comparePairs, onCommonRows, pairUp } from './comparison.js';
import { disagreementsOf } from './disagreements.js';
import { type AnalysisInput, type InColumns, inColumns } from './input.js';
import { type JudgeContext, judgeContender, judgeTeacher } from './model-result.js';
import { isFewInFile, reportNotes } from './notes.js';
import { countTable, underPolicy } from './outcomes.js';
import type { Report } from './report/report.js';
import { REPORT_VERSION } from './report/version.js';
import { averageScores } from './rerun.js';
import { encodeTruth, encodeVerdicts } from './row-codes.js';
import { drawnWith, samplingNotes } from './sampling-weights.js';
import { divideRows } from './slices.js';
import { SET_BY_USER } from './threshold.js';

/**
 * Computes a report from what the models said: everything that the reports show and the gates
 * read. Same input, same report. No two models have one name: see {@link withUniqueNames}.
 */
export function analyse(given: AnalysisInput): Report {
  const input = inColumns(given);
  const { rows, settings } = input;
  const truth = settings.truth === 'human' ? rows.human : rows.teacher;
  const clusterOf = clusterRows(rows, settings.cluster);
  const data = dataOf(input, truth, clusterOf);
  const drawn = drawnWith(rows, truth);
  const context: JudgeContext = {
    rows,
    truth,
    clusterOf,
    divisions: divideRows(rows, settings.sliceColumns),
    options: {
      resamples: settings.bootstrap,
      confidence: settings.confidence,
      seed: settings.seed,
    },
    names: input.task.labels,
    policy: settings.onUnanswered,
    prevalence: settings.prevalence,
    drawn,
    isFewInFile: isFewInFile(data),
  };
  const teacherResult = input.teacher
    ? [judgeTeacher(input.teacher, settings.truth === 'teacher', context)]
    : [];
  const contenderResults = input.contenders.map((each) => judgeContender(each, context));
  const report = {
    schema: 'toxicity-distill/report',
    version: REPORT_VERSION,
    tool_version: input.toolVersion,
    created_at: input.createdAt,
    task: { name: input.task.name, labels: input.task.labels },
    settings: {
      truth: settings.truth,
      confidence: settings.confidence,
      bootstrap: settings.bootstrap,
      seed: settings.seed,
      on_unanswered: settings.onUnanswered,
      cluster: settings.cluster,
      margin: settings.margin,
    },
    data,
    models: addAllRows([...teacherResult, ...contenderResults], input),
    cascades: cascadeCurves(input, [...teacherResult, ...contenderResults], truth),
    ...compareModels(input, context),
    baselines: settings.baselines ? publishedBaselines(runOf(input)) : null,
  } satisfies Partial<Report>;
  const { without_truth: withoutTruth } = data;
  const notes = [
    ...(withoutTruth > 0 ? [allRowsNote(withoutTruth, input.humanSample)] : []),
    // What it has to say of rows without a label is said above.
    ...reportNotes({ ...report, data: { ...data, without_truth: 0 } }, rows.indices),
    ...samplingNotes(drawn),
  ];
  // Of a million rows they take more than all else, and most reports show none of it.
  const disagreements = once(() => disagreementsOf(rows, input.contenders));
  const coded = once(() => codeRows(input, context));
  const whole = {
    ...report,
    get disagreements() {
      return disagreements();
    },
    get rows() {
      return coded();
    },
  };
  // Apart, for a getter stands behind all other keys of its literal.
  return Object.assign(whole, { notes });
}

/** Makes a value when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** What published results are compared with. */
const runOf = ({ data, rows, contenders }: InColumns): Run => ({
  dataset: data.dataset,
  split: data.split,
  rows,
  isTuned: contenders.some(
    ({ threshold }) => threshold !== null && threshold.source !== SET_BY_USER,
  ),
});

type Models = Pick<InColumns, 'teacher' | 'contenders'>;

/**
 * Numbers the contenders that are called like the teacher or one before them: a report names
 * models in its keys, and a model may be evaluated against itself.
 */
export function withUniqueNames<C extends { readonly name: string }>(
  teacher: string | undefined,
  contenders: readonly C[],
): C[] {
  const taken = new Set(teacher === undefined ? [] : [teacher]);
  return contenders.map((contender) => {
    let { name } = contender;
    for (let number = 2; taken.has(name); number++) name = `${contender.name} (${number})`;
    taken.add(name);
    return { ...contender, name };
  });
}

function dataOf({ data, rows }: InColumns, truth: Labels, clusterOf: ClusterOf): Report['data'] {
  const { tp: positive, tn: negative } = countTable(truth, truth);
  return {
    file: data.file,
    sha256: data.sha256,
    dataset: data.dataset,
    split: data.split,
    rows: rows.length,
    positive,
    negative,
    without_truth: rows.length - positive - negative,
    duplicate_texts: rows.length - countClusters(rows.textNumbers),
    design_effect: positiveDesignEffect(truth, clusterOf),
    seen: data.seen,
  };
}

function compareModels(
  { teacher, contenders, settings }: InColumns,
  { rows, truth, clusterOf, options, policy }: JudgeContext,
): Pick<Report, 'common' | 'pairs'> {
  const answers = contenders.map(({ name, verdicts, runs = [verdicts] }) => ({
    name,
    runs: runs.map((run) => underPolicy(run, truth, policy)),
    scores: averageScores(runs).scores,
  }));
  const isTeacherJudged = settings.truth === 'human';
  const judgedTeacher =
    teacher && isTeacherJudged
      ? {
          name: teacher.name,
          runs: [rows.teacher],
          scores: rows.verdicts.scores,
        }
      : null;
  const all = judgedTeacher ? [judgedTeacher, ...answers] : answers;
  return {
    common: contenders.length > 1 ? onCommonRows(truth, all, clusterOf, options.confidence) : null,
    pairs: comparePairs(truth, pairUp(answers, judgedTeacher), {
      ...options,
      margin: settings.margin,
      clusterOf,
    }),
  };
}

function codeRows(
  { teacher, contenders }: Models,
  { rows, truth, clusterOf }: JudgeContext,
): Report['rows'] {
  const reruns = contenders.flatMap(({ name, runs = [] }) =>
    runs.length > 1 ? [[name, runs.slice(1).map(encodeVerdicts)] as const] : [],
  );
  return {
    keys: [...rows.keys],
    truth: encodeTruth(truth),
    said: Object.fromEntries([
      ...(teacher ? [[teacher.name, encodeVerdicts(rows.verdicts)]] : []),
      ...contenders.map(({ name, verdicts }) => [name, encodeVerdicts(verdicts)]),
    ]),
    ...(reruns.length > 0 ? { reruns: Object.fromEntries(reruns) } : {}),
    clusters: countClusters(clusterOf) === rows.length ? null : [...clusterOf],
  };
}
