import type { CascadeCurve, Report } from '../analysis/report.js';
import { formatCount, formatFigure, formatMoney, formatNumber, formatPercent } from '../format.js';
import { escapeControls, wrap } from '../text.js';
import { renderSection, SCREEN_WIDTH } from './text-section.js';
import { f1Name } from './words.js';

/** Of the points of a curve, those that a screen has. */
const SHOWN = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1];

type Point = CascadeCurve['points'][number];

/** A sentence on what a cascade would win, for each that would. */
export const renderCascadeHints = ({ cascades = [], models, ...report }: Report): string =>
  models.some(({ cascade }) => cascade) ? '' : hintsOf(cascades, { ...report, models });

const hintsOf = (curves: readonly CascadeCurve[], report: Report): string =>
  curves
    .flatMap((curve) => {
      const knee = curve.points[curve.knee];
      return knee
        ? [`${wrap(escapeControls(hintOf(curve, knee, report)), SCREEN_WIDTH).join('\n')}\n`]
        : [];
    })
    .join('');

function hintOf({ student, teacher }: CascadeCurve, knee: Point, report: Report): string {
  const cost =
    knee.usd_per_1000 === null ? '' : ` at ${formatMoney(knee.usd_per_1000)} per 1,000 rows`;
  return `With ${teacher} for the ${formatPercent(knee.share)} of rows that ${student} is least sure of, the ${f1Name(report)} would be ${formatFigure(figureOf(knee))}${cost}: see the command cascade.`;
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
          ...points.flatMap((point, i) =>
            SHOWN.includes(point.share) || i === knee || isNearestShown(point, points)
              ? [lineOf(point, i === knee)]
              : [],
          ),
        ],
      ),
    )
    .join('\n');

/** Rows are whole, so that a share is seldom exactly what it was to be. */
function isNearestShown(point: Point, points: readonly Point[]): boolean {
  return SHOWN.some((share) => {
    const distance = (each: Point) => Math.abs(each.share - share);
    return points.every((each) => distance(point) <= distance(each));
  });
}

const lineOf = (point: Point, isKnee: boolean) => [
  isKnee ? 'k' : '',
  formatPercent(point.share),
  formatNumber(point.precision),
  formatNumber(point.recall),
  formatFigure(figureOf(point)),
  point.usd_per_1000 === null ? 'unknown' : formatMoney(point.usd_per_1000),
];
