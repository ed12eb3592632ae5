import { formatCount, formatFixed, formatMoney, plural } from '../format.js';
import type { TrainingSet } from '../labels/training-set.js';
import { coded } from '../messages.js';
import { PEOPLE } from '../models/human.js';
import type { EmbeddingCount } from '../student/embedding-store.js';
import type { Student, StudentFigures } from '../student/student-schema.js';
import { FEWEST_POSITIVE } from '../student/train-student.js';
import { TOXICITY } from '../task/task.js';
import type { TrainSummary } from '../train.js';
import { renderLabels } from './cost-lines.js';
import { quotePath } from './setup.js';

const COLUMNS = ['precision', 'recall', 'f1', 'auprc', 'brier', 'ece'] as const;

/** The cross-validated figures of a student, in the look of scikit-learn's report. */
export function renderTrainingReport({ report, data, labels, teacher, task }: Student): string {
  const whose =
    labels === 'human' || teacher?.provider === PEOPLE ? 'human labels' : "the teacher's labels";
  const parts = [
    ['n-grams', report.ngrams],
    ['embeddings', report.embeddings],
    ['average', report.average],
  ] as const;
  const rows = parts.flatMap(([name, figures]) =>
    figures
      ? [
          line(
            name,
            COLUMNS.map((column) => formatFixed(figures[column], 3)),
          ),
          line(
            '95% interval',
            COLUMNS.map((column) => rangeOf(figures, column)),
          ).trimEnd(),
        ]
      : [],
  );
  const names = task ?? TOXICITY.labels;
  const { uniform, folds } = report;
  if (uniform && rows.length === 0) {
    return `No figures: of the ${plural(data.rows, 'row')} a student picked some, and of the ${plural(uniform.rows, 'row')} that were drawn at random ${formatCount(uniform.positive)} are ${names.positive}, too few to judge by.\n`;
  }
  const judged = uniform ?? data;
  const how = uniform ? ' that were drawn at random' : '';
  return [
    `Cross-validated over ${folds} folds of ${plural(judged.rows, 'row')}${how}, ${formatCount(judged.positive)} ${names.positive} (${whose}):`,
    line('', [...COLUMNS]),
    '',
    ...rows,
    '',
  ].join('\n');
}

/** The interval of a figure that has one, in the nine characters of a column. */
function rangeOf(figures: StudentFigures, column: (typeof COLUMNS)[number]): string {
  const interval = { f1: figures.f1_interval, auprc: figures.auprc_interval };
  const { low, high } = (column === 'f1' || column === 'auprc' ? interval[column] : null) ?? {};
  if (low === undefined || high === undefined) return '';
  return `${formatFixed(low, 2)}-${formatFixed(high, 2)}`;
}

const line = (name: string, cells: readonly string[]) =>
  `${name.padStart(12)}  ${cells.map((cell) => cell.padStart(9)).join(' ')}`;

/** The closing lines of train: what it did, and the next command. */
export function renderTrainSummary(
  { set, test, exported, trained, seconds }: TrainSummary,
  {
    embedded,
    wantsTest,
    ...following
  }: Following & {
    embedded?: EmbeddingCount | undefined;
    /** Whether rows were to be set aside, if there are enough. */
    wantsTest: boolean;
  },
): string {
  const { labels: names } = set.task;
  const rows = set.examples.length;
  const positive = set.examples.filter((example) => example.positive).length;
  const learned = renderLabels({ positive, negative: rows - positive }, names);
  const facts: [string, string][] = [['learned', `${plural(rows, 'row')}: ${learned}`]];
  const excluded = renderExcluded(set);
  if (excluded) facts.push(['excluded', excluded]);
  if (test?.file != null) {
    facts.push(['set aside', `${plural(test.rows.length, 'row')}, to evaluate on: ${test.file}`]);
  } else if (trained && test === null && wantsTest) {
    facts.push(['set aside', `nothing: so few rows cannot spare any; label others to evaluate on`]);
  }
  if (embedded) {
    const { sent, cached } = embedded;
    facts.push(['embedded', `${plural(sent, 'text')}, ${formatCount(cached)} from the cache`]);
    facts.push(['cost', renderEmbeddingCost(embedded)]);
  }
  if (exported) {
    const { TRAIN, TEST } = exported.lines;
    facts.push([
      'export',
      `${exported.file}: ${plural(TRAIN, 'line')} TRAIN, ${formatCount(TEST)} TEST`,
    ]);
  }
  if (trained) {
    const { file, student } = trained;
    facts.push([
      'student',
      `${file}; ${names.positive} from a score of ${formatFixed(student.threshold, 3)}`,
    ]);
    if (student.data.soft > 0)
      facts.push(['soft', `${plural(student.data.soft, 'row')} by the teacher's score`]);
    const { ngrams, average } = student.report;
    if (average && ngrams && average.auprc <= ngrams.auprc) {
      facts.push(['note', 'the embeddings do not help here: n-grams alone rank as well']);
    }
    const { positive: judged } = student.report.uniform ?? student.data;
    if (judged < FEWEST_POSITIVE) {
      const drawn = student.report.uniform ? ' drawn at random' : '';
      facts.push([
        'warning',
        coded(
          'few-positive-rows',
          `${judged} ${names.positive} rows${drawn} are few: below ${FEWEST_POSITIVE} the figures mean little; collect more`,
        ),
      ]);
    }
  }
  facts.push(['time', `${seconds.toFixed(1)} s`]);
  facts.push(['next', renderNext(trained?.file, set, following)]);
  return facts.map(([name, fact]) => `${name.padEnd(10)}  ${fact}`).join('\n');
}

/** What the next command is made of. */
export interface Following {
  readonly commandStyle: (command: string, flags: string) => string;
  readonly evalFile: {
    readonly path: string;
    readonly exists: boolean;
    /** Where its rows have no human label to be judged by. */
    readonly trueLabels?: 'teacher';
  };
}

/** The next command; where there is no file to evaluate on, the one that makes it. */
function renderNext(
  student: string | undefined,
  { dataset, rows }: TrainingSet,
  { commandStyle, evalFile }: Following,
): string {
  const path = quotePath(evalFile.path);
  const ofPeople = rows.every(({ prediction }) => prediction === null);
  if (!evalFile.exists && ofPeople && student !== undefined) {
    const evaluate = `-m ${quotePath(`student:${student}`)} --eval-file FILE`;
    return `judge it by other rows that people labelled: ${commandStyle('evaluate', evaluate)}`;
  }
  if (!evalFile.exists) {
    const collect = commandStyle('collect', `${rowsToEvaluateOn(dataset)} --out ${path}`);
    return student === undefined
      ? `tune a model on the file and serve it; label rows to evaluate it on: ${collect}`
      : `label rows to evaluate it on: ${collect}`;
  }
  const model = student === undefined ? 'vllm:NAME' : quotePath(`student:${student}`);
  const truth = evalFile.trueLabels === undefined ? '' : ` --true-labels ${evalFile.trueLabels}`;
  const evaluate = commandStyle('evaluate', `-m ${model} --eval-file ${path}${truth}`);
  return student === undefined ? `tune a model on the file, serve it, then ${evaluate}` : evaluate;
}

/** A dataset file has no split of its own to evaluate on; the user has to name another file. */
function rowsToEvaluateOn(dataset: string | null): string {
  if (dataset === null || dataset === 'toxicchat') return '--split test';
  if (dataset === 'sample' || dataset.startsWith('hf:')) {
    return `--dataset ${quotePath(dataset)} --split test`;
  }
  return '--dataset FILE';
}

function renderExcluded({ duplicates, excluded, withoutLabel, empty }: TrainingSet): string {
  const counts: [number, string][] = [
    [duplicates, 'duplicates'],
    [excluded, 'in --exclude'],
    [withoutLabel, 'without a human label'],
    [empty, 'without text'],
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, reason]) => `${formatCount(count)} ${reason}`)
    .join(', ');
}

function renderEmbeddingCost({ sent, tokens, usd }: EmbeddingCount): string {
  if (sent === 0) return '$0: all from the cache';
  const cost = formatMoney(usd);
  return tokens === null ? cost : `${cost}, ${formatCount(tokens)} tokens`;
}
