import type { Report } from '../analysis/report/report.js';
import { formatFigure } from '../format.js';
import { escapeControls } from '../text.js';
import { renderSection } from './text-section.js';
import { f1Name, prevalenceTitle } from './words.js';

/** What each judged model would come to at another share of positive texts; empty if nobody asked. */
export function renderPrevalence(report: Report): string {
  const { models } = report;
  const rows = models.flatMap(({ name, is_truth, at_prevalence: at }) => {
    if (is_truth || at === undefined) return [];
    if (at === null) return [[escapeControls(name), 'not known: the rows are all of one kind']];
    const { low, high, value } = at.alarms_per_1000;
    const alarms = [value, low, high].map((count) => (count === null ? '-' : count.toFixed(0)));
    return [
      [
        escapeControls(name),
        formatFigure(at.precision),
        ...(at.recall ? [formatFigure(at.recall)] : []),
        formatFigure(at.f1),
        `${alarms[0]} [${alarms[1]}, ${alarms[2]}]`,
      ],
    ];
  });
  if (rows.length === 0) return '';
  const isWeighted = models.some(({ at_prevalence: at }) => at?.recall);
  return renderSection(prevalenceTitle(report), [
    ['', 'precision', ...(isWeighted ? ['recall'] : []), f1Name(report), 'alarms in 1,000'],
    ...rows,
  ]);
}
