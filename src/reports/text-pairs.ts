import { hasAllRows } from '../analysis/all-rows.js';
import type { Pair } from '../analysis/report/comparisons.js';
import type { Report } from '../analysis/report/report.js';
import { formatCount, formatFigure, formatNumber, formatP } from '../format.js';
import { escapeControls } from '../text.js';
import { renderSection } from './text-section.js';
import { f1Name, findingInWords, ofFirstRun } from './words.js';

/** Pairs of models by toxic F1, by accuracy, and by AUPRC where both give scores. */
export function renderPairs(report: Report): string {
  const { pairs: all, settings } = report;
  if (all.length === 0) return '';
  const byF1 = renderSection(
    `Pairs by ${f1Name(report)}, ${pairedOn(report)} (p: permutation test, Holm-corrected)`,
    [
      ['', 'rows', 'F1 difference', 'p', 'would find', `rows for ${settings.margin}`, ''],
      ...all.map((pair) => [
        nameOfPair(pair),
        formatCount(pair.n),
        formatFigure(pair.f1_difference),
        formatP(pair.f1_difference.p_holm),
        formatNumber(pair.evidence?.detectable ?? null),
        formatNullable(pair.evidence?.rows_for_margin),
        findingInWords(pair, report),
      ]),
    ],
  );
  const byAccuracy = renderSection(
    `Pairs by accuracy${ofFirstRun(report)} (exact McNemar test; it does not decide about F1)`,
    [
      ['', 'only first right', 'only second right', 'p'],
      ...all.map((pair) => [
        nameOfPair(pair),
        formatCount(pair.mcnemar.only_a_right),
        formatCount(pair.mcnemar.only_b_right),
        formatP(pair.mcnemar.p),
      ]),
    ],
  );
  const scored = all.filter(({ auprc_difference }) => auprc_difference !== null);
  const byScores = renderSection(
    'Pairs by AUPRC, on rows that both have scored (paired bootstrap)',
    [
      ['', 'rows', 'AUPRC difference', 'p'],
      ...scored.map((pair) => [
        nameOfPair(pair),
        formatNullable(pair.auprc_difference?.n),
        pair.auprc_difference ? formatFigure(pair.auprc_difference) : '-',
        pair.auprc_difference ? formatP(pair.auprc_difference.p) : '-',
      ]),
    ],
  );
  return [byF1, byAccuracy, ...(scored.length > 0 ? [byScores] : [])].join('\n');
}

function pairedOn(report: Report): string {
  const rows = hasAllRows(report)
    ? 'on the labelled rows alone, where both have a label'
    : 'on rows for which both have a label';
  return ofFirstRun(report) ? `${rows} in each run, means over runs` : rows;
}

const nameOfPair = ({ a, b }: Pair) => `${escapeControls(a)} - ${escapeControls(b)}`;

const formatNullable = (count: number | null | undefined) =>
  count == null ? '-' : formatCount(count);
