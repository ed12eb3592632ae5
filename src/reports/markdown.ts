import { hasAllRows } from '../analysis/all-rows.js';
import { type GateResult, reasonWithRows } from '../analysis/gates.js';
import type { CascadeCurve } from '../analysis/report/comparisons.js';
import type { ModelResult } from '../analysis/report/model.js';
import type { Report } from '../analysis/report/report.js';
import {
  formatCount,
  formatFigure,
  formatMoney,
  formatNumber,
  formatPercent,
  formatRatio,
  plural,
} from '../format.js';
import { escapeControls } from '../text.js';
import { allRowsHead, allRowsLines, allRowsTitle } from './all-rows.js';
import { f1OfPoint, pointsShown } from './cascade-points.js';
import type { ReportInput } from './input.js';
import { evaluationTitle, f1Name, findings, intervalInWords, truthInWords } from './words.js';

const OVERLAP =
  'Two models whose intervals overlap may still differ: the sentences above give the result of the paired tests.';

/** For a pull request or a job summary: the findings, one table, the gates, how to read it. */
export function render({ report, gates }: ReportInput): string {
  const { data, models, notes } = report;
  const own = models.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`));
  const limits = notes.concat(own).map((note) => `- ${escapeMarkdown(note)}`);
  return [
    `## ${escapeMarkdown(evaluationTitle(report))}`,
    ...findings(report).map(escapeMarkdown),
    ...(hasAllRows(report) ? ['On the labelled rows:'] : []),
    renderTable(
      ['model', f1Name(report), 'precision', 'recall', 'accuracy', 'answered', '$ per 1,000 rows'],
      models.map(modelCells),
      { figures: true },
    ),
    ...renderAllRows(report),
    ...(report.cascades ?? []).flatMap((curve) => renderCurve(curve, report)),
    ...(gates ? [renderGateTable(gates)] : []),
    `How to read it: the truth is ${truthInWords(report)} of ${plural(data.positive + data.negative, 'row')},` +
      ` ${formatCount(data.positive)} of them ${escapeMarkdown(report.task.labels.positive)}. In brackets is the ${intervalInWords(report)}.` +
      (report.pairs.length > 0 ? ` ${OVERLAP}` : ''),
    ...(limits.length > 0 ? [`Limitations:\n\n${limits.join('\n')}`] : []),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The figures for all rows, where only a part has human labels. */
function renderAllRows(report: Report): string[] {
  const lines = allRowsLines(report);
  if (lines.length === 0) return [];
  const escaped = lines.map(([name = '', ...cells]) => [escapeMarkdown(name), ...cells]);
  return [
    `${escapeMarkdown(allRowsTitle(report))}:`,
    renderTable(['model', ...allRowsHead(report)], escaped, { figures: true }),
  ];
}

/** What a cascade of two models comes to, by the share of rows that go to the teacher. */
function renderCurve(curve: CascadeCurve, report: Report): string[] {
  const { student, teacher, rows } = curve;
  return [
    `${escapeMarkdown(student)} with ${escapeMarkdown(teacher)} for a share of ${plural(rows, 'row')}, those it is least sure of:`,
    renderTable(
      ['rows asked', f1Name(report), 'precision', 'recall', '$ per 1,000 rows'],
      pointsShown(curve).map((point) => [
        `${formatPercent(point.share)}${point.isKnee ? ' (knee)' : ''}`,
        formatFigure(f1OfPoint(point)),
        formatNumber(point.precision),
        formatNumber(point.recall),
        formatMoney(point.usd_per_1000),
      ]),
      { figures: true },
    ),
  ];
}

function modelCells({ name, role, is_truth, figures, coverage, cost }: ModelResult): string[] {
  const { positive, accuracy } = figures;
  const quality = [positive.f1, positive.precision, positive.recall, accuracy].map(formatFigure);
  const times = cost.times_cheaper_than_teacher;
  return [
    escapeMarkdown(role === 'teacher' ? `${name} (teacher)` : name),
    ...(is_truth ? ['is the truth', '', '', ''] : quality),
    formatPercent(coverage.value),
    formatMoney(cost.per_1000_rows) + (times === null ? '' : ` (${formatRatio(times)})`),
  ];
}

function renderGateTable(gates: readonly GateResult[]): string {
  return renderTable(
    ['gate', 'model', 'result', 'reason'],
    gates.map((gate) => [
      escapeMarkdown(gate.name),
      escapeMarkdown(gate.model),
      gate.passed ? 'passed' : '**failed**',
      escapeMarkdown(reasonWithRows(gate)),
    ]),
    { figures: false },
  );
}

/** Text to the left, figures to the right. The cells are Markdown: whoever makes them escapes. */
function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { figures }: { figures: boolean },
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (figures && i > 0 ? '--:' : ':--'));
  return [head, rule, ...rows].map(line).join('\n');
}

/** An interval in escaped brackets, where nothing before or behind it would make a link of it. */
const INTERVAL = /(?<!^)\\\[(-?\d[\d.]*, -?\d[\d.]*)\\\](?![([])/g;

/**
 * Text that stays text: nothing in it becomes a tag, link, mention, issue number, table cell or
 * line.
 */
export const escapeMarkdown = (text: string): string =>
  escapeControls(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]|~!]/g, '\\$&')
    .replace(INTERVAL, '[$1]')
    .replace(/@(?=\w)/g, '@\u200b')
    .replace(/#/g, '\\#\u200b')
    .replace(/:\/\//g, ':\u200b//')
    .replace(/\bwww\./gi, 'www\u200b.');
