import type { Figure, Figures } from '../../analysis/report/figures.js';
import type { Report } from '../../analysis/report/report.js';
import { formatNumber } from '../../format.js';
import type { Markup } from './markup.js';
import {
  type Cell,
  coefficientCell,
  figureCell,
  numberColumn,
  table,
  textColumn,
} from './table.js';

/** The figures of the scores, at any threshold; nothing where no model gives scores. */
export function scoresTable({ models }: Report): Markup | null {
  const scored = models.filter(({ figures }) => figures.auprc);
  const [first] = scored;
  if (!first) return null;
  const levels = levelsOf(first.figures);
  const heads = ['AUPRC', 'AUROC'];
  return table(
    'Scores',
    [
      textColumn('model'),
      ...[...heads, ...levels.map(({ head }) => head), 'threshold'].map(numberColumn),
    ],
    scored.map(({ name, figures, threshold }) => [
      name,
      ...[figures.auprc, figures.auroc].map(cellOf),
      ...levels.map(({ of }) => cellOf(of(figures))),
      formatNumber(threshold?.value ?? null, 4),
    ]),
  );
}

/** How far the scores are right as probabilities; nothing where none are meant so. */
export function calibrationTable({ models }: Report): Markup | null {
  const probable = models.filter(({ figures }) => figures.brier);
  if (probable.length === 0) return null;
  const heads = [
    ...['Brier (lower is better)', 'ECE (lower is better)'],
    ...['calibration slope (1 is best)', 'calibration intercept (0 is best)'],
  ];
  return table(
    'Calibration',
    [textColumn('model'), ...heads.map(numberColumn)],
    probable.map(({ name, figures: { brier, ece, calibration } }) => [
      name,
      ...[brier, ece].map(cellOf),
      ...[calibration?.slope, calibration?.intercept].map((it) => coefficientCell(it ?? UNDEFINED)),
    ]),
  );
}

const UNDEFINED = { value: null, low: null, high: null };

const cellOf = (figure: Figure | undefined): Cell => figureCell(figure ?? UNDEFINED);

interface Level {
  readonly head: string;
  readonly of: (figures: Figures) => Figure | undefined;
}

/** A column for each level; all models of a report have the same. */
function levelsOf({ precision_at_recall, recall_at_precision }: Figures): Level[] {
  return [
    ...(precision_at_recall ?? []).map(({ at }) => ({
      head: `precision at recall ${at}`,
      of: (figures: Figures) => figures.precision_at_recall?.find((it) => it.at === at)?.figure,
    })),
    ...(recall_at_precision ?? []).map(({ at }) => ({
      head: `recall at precision ${at}`,
      of: (figures: Figures) => figures.recall_at_precision?.find((it) => it.at === at)?.figure,
    })),
  ];
}
