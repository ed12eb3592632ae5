import type { Report } from '../analysis/report.js';
import { formatCount, formatFigure, formatNumber } from '../format.js';
import { escapeControls } from '../text.js';
import { renderSection } from './text-section.js';
import { f1Name, intervalInWords } from './words.js';

export const allRowsHead = (report: Report): string[] => [
  'labelled',
  'of rows',
  'precision',
  'recall',
  f1Name(report),
  'width',
];

/** What is said above the figures for all rows. */
export const allRowsTitle = (report: Report): string =>
  `All rows, by the human labels of a part of them (${intervalInWords(report)}s; width of the F1 interval, human labels alone = 1)`;

/** A line for each model that has figures for all rows: its name, then the cells of the head. */
export const allRowsLines = ({ models }: Report): string[][] =>
  models.flatMap(({ name, all_rows: all }) =>
    all
      ? [
          [
            name,
            formatCount(all.labelled),
            formatCount(all.rows),
            ...[all.precision, all.recall, all.f1].map(formatFigure),
            formatNumber(all.width_of_human_only),
          ],
        ]
      : [],
  );

/** The figures against people for all rows, for the terminal; empty where there are none. */
export function renderAllRows(report: Report): string {
  const lines = allRowsLines(report);
  if (lines.length === 0) return '';
  return renderSection(allRowsTitle(report), [
    ['', ...allRowsHead(report)],
    ...lines.map((cells) => cells.map(escapeControls)),
  ]);
}
