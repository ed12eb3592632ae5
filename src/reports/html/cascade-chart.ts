import type { CascadeCurve } from '../../analysis/report/comparisons.js';
import type { Report } from '../../analysis/report/report.js';
import { formatMoney, formatNumber, formatPercent, plural } from '../../format.js';
import { PEOPLE } from '../../models/human.js';
import { f1OfPoint, pointsShown } from '../cascade-points.js';
import { capitalised, f1Name, intervalInWords, onLabelledRows } from '../words.js';
import { type Curve, type Drawing, drawingOf, type Point } from './cascade-data.js';
import { drawCascade } from './cascade-drawing.js';
import { figure, lineLegend } from './chart.js';
import type { Markup } from './markup.js';
import { type Cell, figureCell, numberColumn, textColumn } from './table.js';

/**
 * The F1 of the positive class against what 1,000 rows cost, for every share of rows that a student
 * leaves to its teacher, with all models as points; null where no two models make a cascade. Where
 * the cost is not known it is against the share.
 */
export function cascadeChart(report: Report): Markup | null {
  const drawing = drawingOf(report);
  const { points, curves, isPriced } = drawing;
  if (curves.length === 0) return null;
  const f1 = f1Name(report);
  const cost = isPriced ? 'the cost of 1,000 rows' : 'the share of rows asked of a teacher';
  return figure({
    title: `${capitalised(f1)} by ${cost}${onLabelledRows(report)}`,
    caption: captionOf(drawing, report),
    label: `${capitalised(f1)} against ${cost}. ${[...curves.map(curveInWords), ...points.map(pointInWords)].join('; ')}.`,
    size: 'full',
    legend:
      curves.length > 1
        ? lineLegend(curves.map((curve) => ({ ...curve, name: nameWithKnee(curve) })))
        : undefined,
    draw: (width) => drawCascade(drawing, f1, width),
    columns: [
      textColumn('model'),
      numberColumn('rows asked of a teacher'),
      numberColumn('$ per 1,000 rows'),
      numberColumn(f1),
      numberColumn('precision'),
      numberColumn('recall'),
    ],
    rows: [...points.map(pointCells), ...curves.flatMap(curveRows)],
  });
}

const nameOf = ({ student, teacher }: Pick<CascadeCurve, 'student' | 'teacher'>) =>
  `${student}, with ${teacher}`;
function nameWithKnee(curve: Curve): string {
  const point = curve.points[curve.knee];
  return `${nameOf(curve)}${point ? `; knee at ${formatPercent(point.share)}` : ''}`;
}

function captionOf({ points, curves, isPriced }: Drawing, report: Report): string {
  const [first] = curves;
  const who =
    curves.length > 1 || !first
      ? 'Along a line a student leaves the rows it is least sure of to its teacher'
      : `Along the line ${first.student} leaves the rows it is least sure of to ${first.teacher}`;
  const rows = plural(Math.max(...curves.map(({ rows }) => rows)), 'row');
  const isOfPeople = curves.some(({ teacher }) => teacher === PEOPLE);
  return [
    `${who}, from none of ${rows} to all; the shade is the ${intervalInWords(report)} at each share alone.`,
    curves.some(({ knee }) => knee >= 0) &&
      'A ring is a knee, beyond which a further row wins less; to choose a share, take other rows than these.',
    report.models.some(({ cascade }) => cascade) &&
      'A cascade that was made has its own band of scores, and may stand beside the line.',
    isOfPeople && 'People are right by definition: all are judged by them here.',
    `Higher is better, further left is ${isPriced ? 'cheaper' : 'fewer rows asked'}; upright lines are intervals.`,
    isPriced &&
      points.some(({ usd }) => !usd) &&
      'What is free or of unknown cost stands beside the scale.',
    !isPriced &&
      points.some(({ share }) => share === null) &&
      'Models that are no part of a line stand beside the scale.',
    'Marks that would cover each other stand side by side.',
  ]
    .filter(Boolean)
    .join(' ');
}

function curveInWords(curve: Curve): string {
  const { points, knee } = curve;
  const at = (point: Curve['points'][number] | undefined) =>
    point ? `${formatNumber(point.f1)} at ${formatPercent(point.share)} of rows` : '';
  const bend = points[knee] ? `, ${at(points[knee])} (the knee)` : '';
  return `${nameOf(curve)}: ${at(points[0])}${bend}, ${at(points.at(-1))}`;
}

const pointInWords = ({ name, usd, f1 }: Point) =>
  `${name} ${formatNumber(f1)} at ${usd === null ? 'an unknown cost' : formatMoney(usd)}`;

const pointCells = ({ name, share, usd, f1, low, high, precision, recall }: Point): Cell[] => [
  name,
  share === null ? '' : formatPercent(share),
  formatMoney(usd),
  figureCell({ value: f1, low, high }),
  formatNumber(precision),
  formatNumber(recall),
];

const curveRows = (curve: Curve): Cell[][] =>
  pointsShown(curve).map((point) => [
    `${nameOf(curve)}${point.isKnee ? ' (the knee)' : ''}`,
    formatPercent(point.share),
    formatMoney(point.usd_per_1000),
    figureCell(f1OfPoint(point)),
    formatNumber(point.precision),
    formatNumber(point.recall),
  ]);
