import type { Baseline } from '../analysis/report/comparisons.js';
import type { Figures } from '../analysis/report/figures.js';
import type { ModelResult } from '../analysis/report/model.js';
import type { Report } from '../analysis/report/report.js';
import {
  formatCoefficient,
  formatCount,
  formatFigure,
  formatNumber,
  formatP,
  formatRange,
  plural,
} from '../format.js';
import { escapeControls, wrap } from '../text.js';
import { renderAllRows } from './all-rows.js';
import { renderPairs } from './text-pairs.js';
import { renderPrevalence } from './text-prevalence.js';
import { renderRerun } from './text-rerun.js';
import { renderSection, SCREEN_WIDTH } from './text-section.js';
import {
  f1Name,
  intervalInWords,
  ofFirstRun,
  PUBLISHED_COMPARABLE,
  policyInWords,
  SAME_NAME,
} from './words.js';

const rowsOf = ({
  task,
}: Report): readonly (readonly [
  name: string,
  figure: (f: Figures) => Figures['accuracy'] | undefined,
  format?: typeof formatFigure,
])[] => [
  [`${task.labels.positive} precision`, (f) => f.positive.precision],
  [`${task.labels.positive} recall`, (f) => f.positive.recall],
  [`${task.labels.positive} F1`, (f) => f.positive.f1],
  ['accuracy', (f) => f.accuracy],
  ['balanced accuracy', (f) => f.balanced_accuracy],
  ['macro F1', (f) => f.macro.f1],
  ['MCC', (f) => f.mcc],
  ["Cohen's kappa", (f) => f.kappa],
  ['AUPRC', (f) => f.auprc],
  ['AUROC', (f) => f.auroc],
  ['Brier', (f) => f.brier],
  ['ECE', (f) => f.ece],
  ['calibration slope', (f) => f.calibration?.slope, formatCoefficient],
  ['calibration intercept', (f) => f.calibration?.intercept, formatCoefficient],
];

/** Everything that follows the tables: only what this run can support. */
export function renderDetails(report: Report): string[] {
  return [
    figures(report),
    confusions(report),
    agreement(report),
    common(report),
    renderPairs(report),
    renderAllRows(report),
    renderPrevalence(report),
    renderRerun(report),
    renderSlices(report),
    renderBaselines(report),
    notes(report),
  ];
}

const judged = ({ models }: Report) => models.filter(({ is_truth }) => !is_truth);

function figures(report: Report): string {
  const models = judged(report);
  const rows = rowsOf(report).flatMap(([name, pick, format = formatFigure]) => {
    const cells = models.map((model) => pick(model.figures));
    if (cells.every((cell) => cell === undefined)) return [];
    return [[name, ...cells.map((cell) => (cell ? format(cell) : ''))]];
  });
  const bounds = models.map(
    ({
      bounds: {
        positive_f1: { worst, best },
      },
    }) => (worst === null || best === null || worst === best ? '' : formatRange(worst, best)),
  );
  if (bounds.some((bound) => bound !== '')) rows.push(['F1 if all were answered', ...bounds]);
  const thresholds = models.map(({ threshold }) =>
    threshold ? `${formatNumber(threshold.value, 4)} (${escapeControls(threshold.source)})` : '',
  );
  if (thresholds.some((threshold) => threshold !== '')) rows.push(['threshold', ...thresholds]);
  return renderSection(
    `Figures with ${intervalInWords(report)}s; unanswered rows: ${policyInWords(report)}`,
    [['', ...models.map(nameOf)], ...rows],
  );
}

function confusions(report: Report): string {
  const { labels } = report.task;
  const rows = judged(report).flatMap((model) => {
    const { positive, negative } = model.confusion;
    const cells = (row: typeof positive) =>
      [row.negative, row.positive, row.unanswered].map(formatCount);
    return [
      [nameOf(model), labels.positive, ...cells(positive)],
      ['', labels.negative, ...cells(negative)],
    ];
  });
  return renderSection(
    `Confusion matrix${ofFirstRun(report)} (true label in rows, answer in columns)`,
    [['', 'truth', labels.negative, labels.positive, 'unanswered'], ...rows],
  );
}

function agreement(report: Report): string {
  const { models } = report;
  const rows = models.flatMap((model) => {
    if (!model.agreement) return [];
    const { with_teacher, with_human, teacher_with_human, three_way } = model.agreement;
    const line = (who: string, of: typeof with_teacher | null) =>
      of ? [[who, formatFigure(of.agreement), formatFigure(of.kappa)]] : [];
    const alone = three_way
      ? [
          [
            `three-way: all agree on ${plural(three_way.all_agree, 'row')}; alone against the other two: ` +
              `${nameOf(model)} ${formatCount(three_way.contender_alone)}, ` +
              `teacher ${formatCount(three_way.teacher_alone)}, human ${formatCount(three_way.human_alone)}`,
          ],
        ]
      : [];
    return [
      ...line(`${nameOf(model)} with teacher`, with_teacher),
      ...line(`${nameOf(model)} with human`, with_human),
      ...line('teacher with human', teacher_with_human),
      ...alone,
    ];
  });
  return rows.length === 0
    ? ''
    : renderSection(`Agreement${ofFirstRun(report)}`, [['', 'same label', 'kappa'], ...rows]);
}

function common(report: Report): string {
  const { common: shared } = report;
  if (!shared) return '';
  return renderSection(`On the ${plural(shared.n, 'row')} that every model answered`, [
    ['', 'precision', 'recall', f1Name(report), 'accuracy'],
    ...shared.models.map(({ name, precision, recall, f1, accuracy }) => [
      escapeControls(name),
      ...[precision, recall, f1, accuracy].map(formatFigure),
    ]),
  ]);
}

/**
 * The figures by slices of the rows.
 *
 * @param columns - these alone
 */
export function renderSlices(report: Report, columns?: readonly string[]): string {
  const rows = report.models.flatMap((model) =>
    model.role === 'teacher'
      ? []
      : model.slices
          .filter(({ column }) => columns?.includes(column) ?? true)
          .map(({ column, value, n, positive, f1, accuracy, q, worse }) => [
            `${nameOf(model)}, ${escapeControls(column)}: ${escapeControls(value)}`,
            formatCount(n),
            formatCount(positive),
            formatFigure(f1),
            formatFigure(accuracy),
            q === null ? '' : formatP(q),
            worse ? 'worse' : '',
          ]),
  );
  if (rows.length === 0) return '';
  return renderSection(
    `Slices${ofFirstRun(report)} (q: ${f1Name(report)} against all other rows, corrected for all slices)`,
    [['', 'rows', report.task.labels.positive, f1Name(report), 'accuracy', 'q', ''], ...rows],
  );
}

/** Published results, where they were asked for. */
export function renderBaselines({ baselines: published }: Report): string {
  if (!published) return '';
  const valuesOf = ({ name, precision, recall, f1, auprc }: Baseline) => [
    name,
    ...[precision, recall, f1, auprc].map((value) => formatNumber(value, 3)),
  ];
  const heads = ['', 'precision', 'recall', 'toxic F1', 'AUPRC'];
  const comparable = published.filter((each) => each.comparable);
  const others = published.filter((each) => !each.comparable);
  const alike =
    comparable.length === 0
      ? ''
      : renderSection(PUBLISHED_COMPARABLE, [heads, ...comparable.map(valuesOf)]);
  const apart = renderSection('Published, not comparable', [
    [...heads, 'because'],
    ...others.map((each) => [...valuesOf(each), each.reason ?? '']),
    [SAME_NAME],
  ]);
  return [alike, apart].filter((part) => part !== '').join('\n');
}

function notes({ notes: general, models }: Report): string {
  const own = models.flatMap((model) => model.notes.map((note) => `${nameOf(model)}: ${note}`));
  const all = [...general, ...own];
  return all.length === 0
    ? ''
    : `Notes\n${all.map((note) => `  ${wrap(escapeControls(note), SCREEN_WIDTH - 4).join('\n    ')}`).join('\n')}\n`;
}

const nameOf = ({ name }: Pick<ModelResult, 'name'>) => escapeControls(name);
