import { rowKey } from '../records.js';
import { publishedBaselines } from './baselines.js';
import { comparePairs, onCommonRows, pairUp } from './comparison.js';
import { disagreementsOf, wordOf } from './disagreements.js';
import type { AnalysisContender, AnalysisInput, AnalysisTeacher } from './input.js';
import { countDuplicates } from './leakage.js';
import { type JudgeContext, judgeContender, judgeTeacher } from './model-result.js';
import { isFewInFile, reportNotes } from './notes.js';
import { answersOf, countTable, type Labels, labelsOf, NO_LABEL, nameOf } from './outcomes.js';
import { REPORT_VERSION, type Report } from './report.js';
import { encodeRows } from './row-codes.js';
import { divideRows } from './slices.js';

/**
 * Computes a report from what the models said: everything that the reports show and the gates
 * read. Same input, same report.
 */
export function analyse(input: AnalysisInput): Report {
  const { rows, settings } = input;
  const named = withUniqueNames(input.teacher, input.contenders);
  const human = labelsOf(rows.map((row) => row.human));
  const teacher = labelsOf(rows.map((row) => row.teacher));
  const truth = settings.truth === 'human' ? human : teacher;
  const data = dataOf(input, truth);
  const context: JudgeContext = {
    rows,
    truth,
    human,
    teacher,
    divisions: divideRows(rows, settings.sliceColumns),
    options: {
      resamples: settings.bootstrap,
      confidence: settings.confidence,
      seed: settings.seed,
    },
    policy: settings.onUnanswered,
    isFewInFile: isFewInFile(data),
  };
  const teacherResult = judgeTeacher(named.teacher, settings.truth === 'gpt', context);
  const contenderResults = named.contenders.map((each) =>
    judgeContender(each, teacherResult, context),
  );
  const report: Omit<Report, 'notes'> = {
    schema: 'toxicity-distill/report',
    version: REPORT_VERSION,
    tool_version: input.toolVersion,
    created_at: input.createdAt,
    settings: {
      truth: settings.truth,
      confidence: settings.confidence,
      bootstrap: settings.bootstrap,
      seed: settings.seed,
      on_unanswered: settings.onUnanswered,
    },
    data,
    models: [teacherResult, ...contenderResults],
    ...compareModels(named, settings.truth === 'human', context),
    baselines: settings.baselines ? publishedBaselines(data.dataset, data.split) : null,
    disagreements: disagreementsOf(rows, named.contenders),
    rows: codeRows(named, context),
  };
  return {
    ...report,
    notes: reportNotes(
      report,
      rows.map(({ index }) => index),
    ),
  };
}

type Named = Pick<AnalysisInput, 'teacher' | 'contenders'>;

/** Reports name models in their keys, and a model may be evaluated against itself. */
function withUniqueNames(
  teacher: AnalysisTeacher,
  contenders: readonly AnalysisContender[],
): Named {
  const taken = new Set([teacher.name]);
  const unique = contenders.map((contender) => {
    let name = contender.name;
    for (let number = 2; taken.has(name); number++) name = `${contender.name} (${number})`;
    taken.add(name);
    return { ...contender, name };
  });
  return { teacher, contenders: unique };
}

function dataOf({ data, rows }: AnalysisInput, truth: Labels): Report['data'] {
  const { tp: toxic, tn: notToxic } = countTable(truth, truth);
  return {
    file: data.file,
    sha256: data.sha256,
    dataset: data.dataset,
    split: data.split,
    rows: rows.length,
    toxic,
    not_toxic: notToxic,
    without_truth: rows.length - toxic - notToxic,
    duplicate_texts: countDuplicates(rows.map(({ input }) => input)),
    seen: data.seen,
  };
}

function compareModels(
  { teacher, contenders }: Named,
  isTeacherJudged: boolean,
  { truth, teacher: teacherLabels, options }: JudgeContext,
): Pick<Report, 'common' | 'pairs'> {
  const answers = contenders.map(({ name, verdicts }) => ({ name, labels: answersOf(verdicts) }));
  const judgedTeacher = isTeacherJudged ? { name: teacher.name, labels: teacherLabels } : null;
  const all = judgedTeacher ? [judgedTeacher, ...answers] : answers;
  return {
    common: contenders.length > 1 ? onCommonRows(truth, all, options) : null,
    pairs: comparePairs(truth, pairUp(answers, judgedTeacher), options),
  };
}

function codeRows({ teacher, contenders }: Named, { rows, truth }: JudgeContext): Report['rows'] {
  const truths = Array.from(truth, (label) => (label === NO_LABEL ? 'no truth' : nameOf(label)));
  return {
    keys: rows.map(({ index, input }) => rowKey(index, input)),
    truth: encodeRows(truths),
    said: Object.fromEntries([
      [teacher.name, encodeRows(rows.map((row) => row.teacher))],
      ...contenders.map(({ name, verdicts }) => [name, encodeRows(verdicts.map(wordOf))]),
    ]),
  };
}
