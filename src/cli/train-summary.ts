import { formatCount, formatFixed, formatMoney } from '../format.js';
import type { TrainingSet } from '../labels/training-set.js';
import type { EmbeddingCount } from '../student/embedding-store.js';
import type { Student } from '../student/student-schema.js';
import { FEWEST_TOXIC } from '../student/train-student.js';
import type { TrainSummary } from '../train.js';
import { quotePath } from './setup.js';

const COLUMNS = ['precision', 'recall', 'f1', 'auprc', 'brier', 'ece'] as const;

/** The cross-validated figures of a student, in the look of scikit-learn's report. */
export function renderTrainingReport({ report, data, labels }: Student): string {
  const whose = labels === 'human' ? 'human labels' : "the teacher's labels";
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
        ]
      : [],
  );
  return [
    `Cross-validated over ${report.folds} folds of ${data.rows} rows, ${data.toxic} toxic (${whose}):`,
    line('', [...COLUMNS]),
    '',
    ...rows,
    '',
  ].join('\n');
}

const line = (name: string, cells: readonly string[]) =>
  `${name.padStart(12)}  ${cells.map((cell) => cell.padStart(9)).join(' ')}`;

/** What train says at its end, and the command that comes next. */
export function renderTrainSummary(
  { set, exported, trained, seconds }: TrainSummary,
  {
    commandStyle,
    evalFile,
    embedded,
  }: {
    commandStyle: (command: string, flags: string) => string;
    evalFile: string;
    embedded?: EmbeddingCount | undefined;
  },
): string {
  const toxic = set.examples.filter((example) => example.toxic).length;
  const facts: [string, string][] = [
    [
      'learned',
      `${set.examples.length} rows: ${toxic} toxic, ${set.examples.length - toxic} not toxic`,
    ],
  ];
  const leftOut = renderLeftOut(set);
  if (leftOut) facts.push(['left out', leftOut]);
  if (embedded) {
    facts.push(['embedded', `${embedded.sent} texts, ${embedded.cached} from the cache`]);
    facts.push(['cost', renderEmbeddingCost(embedded)]);
  }
  if (exported) {
    const { TRAIN, TEST } = exported.lines;
    facts.push(['export', `${exported.file}: ${TRAIN} lines TRAIN, ${TEST} TEST`]);
  }
  if (trained) {
    const { file, student } = trained;
    facts.push(['student', `${file}; toxic from a score of ${formatFixed(student.threshold, 3)}`]);
    if (student.data.soft > 0)
      facts.push(['soft', `${student.data.soft} rows by the teacher's score`]);
    const { ngrams, average } = student.report;
    if (average && average.auprc <= ngrams.auprc) {
      facts.push(['note', 'the embeddings gain nothing here: n-grams alone rank as well']);
    }
    if (student.data.toxic < FEWEST_TOXIC) {
      facts.push([
        'warning',
        `${student.data.toxic} toxic rows are few: below ${FEWEST_TOXIC} the figures mean little; collect more`,
      ]);
    }
  }
  facts.push(['time', `${seconds.toFixed(1)} s`]);
  const model = trained ? `student:${trained.file}` : 'vllm:NAME';
  const next = commandStyle(
    'evaluate',
    `-m ${quotePath(model)} --eval-file ${quotePath(evalFile)}`,
  );
  facts.push(['next', trained ? next : `tune a model on the file, serve it, then ${next}`]);
  return facts.map(([name, fact]) => `${name.padEnd(10)}  ${fact}`).join('\n');
}

function renderLeftOut({ duplicates, excluded, withoutLabel, empty }: TrainingSet): string {
  const counts: [number, string][] = [
    [duplicates, 'duplicates'],
    [excluded, 'in --exclude'],
    [withoutLabel, 'without a human label'],
    [empty, 'without text'],
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, reason]) => `${count} ${reason}`)
    .join(', ');
}

function renderEmbeddingCost({ sent, tokens, usd }: EmbeddingCount): string {
  if (sent === 0) return '$0: all from the cache';
  const cost = formatMoney(usd);
  return tokens === null ? cost : `${cost}, ${formatCount(tokens)} tokens`;
}
