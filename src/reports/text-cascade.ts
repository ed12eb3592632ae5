import type { Report } from '../analysis/report/report.js';
import { formatCount, formatFigure, formatMoney, formatNumber, formatPercent } from '../format.js';
import { escapeControls } from '../text.js';
import { f1OfPoint, pointsShown } from './cascade-points.js';
import { renderSection } from './text-section.js';
import { f1Name } from './words.js';

/** Beyond, a cascade is nearly the teacher alone. */
const WIDEST_HINT = 0.4;

/**
 * What a cascade would win, for the one contender that would win most; undefined where none would, and
 * where there is a cascade already.
 */
export function cascadeHint({ cascades = [], models }: Report): string | undefined {
  if (models.some(({ cascade }) => cascade)) return undefined;
  const [best] = cascades
    .flatMap(({ teacher, points, knee }) => {
      const point = points[knee];
      return point && point.share <= WIDEST_HINT ? [{ teacher, point }] : [];
    })
    .toSorted((a, b) => (b.point.f1 ?? 0) - (a.point.f1 ?? 0));
  if (!best) return undefined;
  const { teacher, point } = best;
  return `with ${teacher} for ${formatPercent(point.share)} of rows F1 would be ${formatNumber(point.f1)}: cascade`;
}

/** Quality and cost by the share of rows that go to the dearer model. */
export const renderCascadeCurves = (report: Report): string =>
  (report.cascades ?? [])
    .map(({ student, teacher, rows, points, knee }) =>
      renderSection(
        escapeControls(
          `${student}, with ${teacher} for a share of the rows (${formatCount(rows)} rows; k: the knee)`,
        ),
        [
          ['', '', 'precision', 'recall', f1Name(report), 'per 1,000 rows'],
          ...pointsShown({ points, knee }).map(lineOf),
        ],
      ),
    )
    .join('\n');

const lineOf = (point: ReturnType<typeof pointsShown>[number]) => [
  point.isKnee ? 'k' : '',
  formatPercent(point.share),
  formatNumber(point.precision),
  formatNumber(point.recall),
  formatFigure(f1OfPoint(point)),
  point.usd_per_1000 === null ? 'unknown' : formatMoney(point.usd_per_1000),
];
