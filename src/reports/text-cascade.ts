import type { CascadeCurve, Report } from '../analysis/report.js';
import { formatCount, formatFigure, formatMoney, formatNumber, formatPercent } from '../format.js';
import { escapeControls } from '../text.js';
import { renderSection } from './text-section.js';
import { f1Name } from './words.js';

/** Of the points of a curve, those that a screen has. */
const SHOWN = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1];

type Point = CascadeCurve['points'][number];

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

const figureOf = ({ f1: value, low, high }: Point) => ({ value, low, high });

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
          ...placesShown(points, knee).flatMap((i) => {
            const point = points[i];
            return point ? [lineOf(point, i === knee)] : [];
          }),
        ],
      ),
    )
    .join('\n');

/** The points nearest to the shares that are shown, and the knee; each share once. */
function placesShown(points: readonly Point[], knee: number): number[] {
  const nearest = SHOWN.map((share) => {
    const distances = points.map((point) => Math.abs(point.share - share));
    return distances.indexOf(Math.min(...distances));
  });
  const places = [...new Set([knee, ...nearest])].filter((place) => place >= 0);
  const shares = places.map((place) => points[place]?.share);
  return places
    .filter((place, i) => shares.indexOf(points[place]?.share) === i)
    .sort((a, b) => a - b);
}

const lineOf = (point: Point, isKnee: boolean) => [
  isKnee ? 'k' : '',
  formatPercent(point.share),
  formatNumber(point.precision),
  formatNumber(point.recall),
  formatFigure(figureOf(point)),
  point.usd_per_1000 === null ? 'unknown' : formatMoney(point.usd_per_1000),
];
