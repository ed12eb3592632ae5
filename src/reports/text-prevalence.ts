import type { Report } from '../analysis/report.js';
import { formatFigure, formatPercent } from '../format.js';
import { escapeControls } from '../text.js';
import { renderSection } from './text-section.js';
import { f1Name } from './words.js';

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
        formatFigure(at.f1),
        `${alarms[0]} [${alarms[1]}, ${alarms[2]}]`,
      ],
    ];
  });
  const prevalence = models.find(({ at_prevalence }) => at_prevalence)?.at_prevalence?.prevalence;
  if (rows.length === 0) return '';
  const where = prevalence === undefined ? 'another share' : formatPercent(prevalence, 2);
  return renderSection(`Where ${where} of the texts are ${report.task.labels.positive}`, [
    ['', 'precision', f1Name(report), 'alarms in 1,000'],
    ...rows,
  ]);
}
