import type { ModelResult, Report } from '../analysis/report.js';
import { formatFigure, formatNumber, formatRange } from '../format.js';
import { escapeControls, wrap } from '../text.js';
import { renderAllRows } from './all-rows.js';
import { renderBaselines, renderSlices } from './text-details.js';
import { renderPrevalence } from './text-prevalence.js';
import { renderRerun } from './text-rerun.js';
import { renderSection, SCREEN_WIDTH } from './text-section.js';
import { f1Name, figuresTitle } from './words.js';

/**
 * What follows the tables where not everything is wanted: the intervals of their main figures, what
 * was asked for, and what changes how a figure may be read.
 *
 * @param slices - the columns that were asked for
 */
export function renderSummary(report: Report, slices: readonly string[]): string[] {
  return [
    renderFigures(report),
    renderAllRows(report),
    renderPrevalence(report),
    renderRerun(report),
    renderSlices(report, slices),
    renderBaselines(report),
    renderCaveats(report),
  ];
}

/** Precision, recall and F1, a line for each judged model. */
function renderFigures(report: Report): string {
  const { positive } = report.task.labels;
  const rows = report.models
    .filter(({ is_truth }) => !is_truth)
    .flatMap((model) => {
      const { precision, recall, f1 } = model.figures.positive;
      const figures = [precision, recall, f1].map(formatFigure);
      return [[escapeControls(model.name), ...figures], ...underFigures(model, report)];
    });
  return renderSection(figuresTitle(report), [
    ['', `${positive} precision`, `${positive} recall`, f1Name(report)],
    ...rows,
  ]);
}

/** What the figures of a model rest on, where that is no matter of course. */
function underFigures({ bounds, threshold }: ModelResult, { task }: Report): string[][] {
  const { worst, best } = bounds.positive_f1;
  const isOpen = worst !== null && best !== null && worst !== best;
  return [
    ...(isOpen ? [['  if all were answered', '', '', formatRange(worst, best)]] : []),
    ...(threshold
      ? [
          [
            `  ${task.labels.positive} from a score of ${formatNumber(threshold.value, 4)} (${escapeControls(threshold.source)})`,
          ],
        ]
      : []),
  ];
}

/** A note about a figure that is not among these. */
const OF_OTHER_FIGURES = /\b(AUROC|Brier score)\b/;

/** The notes, each in its first sentence: the others say why, or what to do. */
function renderCaveats({ notes, models }: Report): string {
  const own = models.flatMap((model) =>
    // Of a model whose labels are the truth its table says so.
    model.is_truth ? [] : model.notes.map((note) => `${model.name}: ${note}`),
  );
  const lines = [...notes, ...own]
    .filter((note) => !OF_OTHER_FIGURES.test(note))
    .flatMap((note) => wrapNote(escapeControls(firstSentence(note))));
  return lines.length === 0 ? '' : `Notes\n${lines.join('\n')}\n`;
}

const firstSentence = (note: string) => note.split(/(?<=\.) (?=[A-Z])/)[0] ?? note;

function wrapNote(note: string): string[] {
  const [first = '', ...more] = wrap(note, SCREEN_WIDTH - 4);
  return [`  ${first}`, ...more.map((line) => `    ${line}`)];
}
