import type { ModelResult } from '../analysis/report/model.js';
import type { Report } from '../analysis/report/report.js';
import { formatFigure, formatNumber, formatRange } from '../format.js';
import { coded, uncoded, type Warning } from '../messages.js';
import { escapeControls, wrap } from '../text.js';
import { renderAllRows } from './all-rows.js';
import { shortNames } from './short-names.js';
import { renderBaselines, renderSlices } from './text-details.js';
import { renderPrevalence } from './text-prevalence.js';
import { renderRerun } from './text-rerun.js';
import { renderTable, SCREEN_WIDTH } from './text-section.js';
import { f1Name, intervalInWords, policyInWords } from './words.js';

/**
 * What follows the tables where not everything is wanted: the intervals of their main figures, what
 * changes how these may be read, and what was asked for.
 *
 * @param slices - the columns that were asked for
 */
export function renderSummary(report: Report, slices: readonly string[]): string[] {
  return [
    renderFigures(report) + renderNotes(report),
    renderAllRows(report),
    renderPrevalence(report),
    renderRerun(report),
    renderSlices(report, slices),
    renderBaselines(report),
  ];
}

/** Beside three figures of two decimals. */
const LONGEST_NAME = 21;

/** Precision, recall and F1, a line for each judged model. */
function renderFigures(report: Report): string {
  const { positive } = report.task.labels;
  const models = report.models.filter(({ is_truth }) => !is_truth);
  const names = shortNames(models, LONGEST_NAME);
  const rows = models.flatMap((model, i) => {
    const { precision, recall, f1 } = model.figures.positive;
    const figures = [precision, recall, f1].map(formatFigure);
    const under = underFigures(model, report).map((line) => [`  ${line}`]);
    return [[names[i] ?? '', ...figures], ...under];
  });
  return renderTable([
    [`${intervalInWords(report)}s`, `${positive} precision`, `${positive} recall`, f1Name(report)],
    ...rows,
  ]);
}

/** What the figures of a model rest on, where that is no matter of course. */
function underFigures({ role, bounds, threshold }: ModelResult, report: Report): string[] {
  const { worst, best } = bounds.positive_f1;
  const isOpen = worst !== null && best !== null && worst !== best;
  const lines: string[] = [];
  if (isOpen) {
    // Rows that a teacher left unanswered are not in the file, so that no policy applies to them.
    const policy = role === 'teacher' ? '' : `unanswered rows: ${policyInWords(report)}; `;
    lines.push(`${policy}F1 if all were answered: ${formatRange(worst, best)}`);
  }
  if (threshold) {
    const { value, source } = threshold;
    const from = `${formatNumber(value, 4)} (${escapeControls(source)})`;
    lines.push(`${report.task.labels.positive} from a score of ${from}`);
  }
  return lines;
}

/** Warnings that a screen does without: what it says anyway, and what is of figures that it has not. */
const ELSEWHERE: readonly (Warning | undefined)[] = [
  'unanswered-rows',
  'is-the-truth',
  'few-of-a-class',
  'not-probabilities',
];

/** The notes, each in its first sentence: the others say why, or what to do. */
const renderNotes = ({ notes, models }: Report): string =>
  [
    ...notes.map((note) => ({ of: '', note })),
    ...models.flatMap(({ name, notes: own }) => own.map((note) => ({ of: `${name}: `, note }))),
  ]
    .filter(({ note }) => !ELSEWHERE.includes(uncoded(note).code))
    .map(({ of, note }) => wrapNote(escapeControls(`Note: ${of}${firstSentence(note)}`)))
    .join('');

function firstSentence(note: string): string {
  const { text, code } = uncoded(note);
  const [first = text] = text.split(/(?<=\.) (?=[A-Z])/);
  return code === undefined ? first : coded(code, first);
}

function wrapNote(note: string): string {
  const [first = '', ...more] = wrap(note, SCREEN_WIDTH - INDENT.length * 2);
  return [first, ...more.map((line) => `${INDENT}${line}`)]
    .map((line) => `${INDENT}${line}\n`)
    .join('');
}

const INDENT = '  ';
