import type { Report } from '../analysis/report/report.js';
import { formatCount, formatFigure, formatFixed, plural } from '../format.js';
import { shortNames } from './short-names.js';
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
            all.width_of_human_only === null ? '-' : formatFixed(all.width_of_human_only, 2),
          ],
        ]
      : [],
  );

/** Beside three figures of two decimals. */
const LONGEST_NAME = 21;

/**
 * The figures against people for all rows, for the terminal; empty where there are none. How many rows
 * these are stands in the title, or under a model where not all models have as many.
 */
export function renderAllRows(report: Report): string {
  const shown = report.models.flatMap(({ name, all_rows: all }) => (all ? [{ name, ...all }] : []));
  const [first] = shown;
  if (!first) return '';
  const isOfSame = shown.every(
    ({ rows, labelled }) => rows === first.rows && labelled === first.labelled,
  );
  const [all, part] = isOfSame
    ? [`All ${plural(first.rows, 'row')}`, `${formatCount(first.labelled)} of them`]
    : ['All rows', 'a part of them'];
  const names = shortNames(shown, LONGEST_NAME);
  const lines = shown.flatMap(({ precision, recall, f1, labelled, rows }, i) => [
    [names[i] ?? '', ...[precision, recall, f1].map(formatFigure)],
    ...(isOfSame ? [] : [[`  ${formatCount(labelled)} of ${plural(rows, 'row')}`]]),
  ]);
  return renderSection(`${all}, by the human labels of ${part} (${intervalInWords(report)}s)`, [
    ['', 'precision', 'recall', f1Name(report)],
    ...lines,
  ]);
}
