import type { BootstrapOptions, Estimate } from '../metrics/bootstrap.js';
import { bootstrapScores } from '../metrics/bootstrap-scores.js';
import { brier, expectedCalibrationError, reliabilityBins } from '../metrics/calibration.js';
import {
  auroc,
  averagePrecision,
  precisionAtRecall,
  precisionRecallCurve,
  rankRows,
  recallAtPrecision,
  thin,
} from '../metrics/ranking.js';
import { plainFigure, resampledFigure } from './figures.js';
import { type Labels, NO_LABEL, TOXIC, type Verdicts } from './outcomes.js';
import type { Figures, ModelResult } from './report.js';

/** Recalls and precisions at which the other of the two is stated. */
const AT = [0.8, 0.9, 0.95];
/** More points than a screen shows would only make the report heavy. */
const CURVE_POINTS = 500;

type ScoreFigures = Pick<
  Figures,
  'auprc' | 'auroc' | 'brier' | 'ece' | 'precision_at_recall' | 'recall_at_precision'
>;

export interface Scored {
  readonly figures: ScoreFigures;
  readonly curves: NonNullable<ModelResult['curves']>;
}

/**
 * The figures and curves of scores, over the answered rows that have a truth.
 *
 * @returns null where there are no such rows, or one of them has no score: figures of the rest
 *   would be figures of other rows than the table's
 */
export function scoreFigures(
  verdicts: Verdicts,
  truth: Labels,
  options: BootstrapOptions,
): Scored | null {
  const columns = scoresOf(verdicts, truth);
  if (columns === null || columns.scores.length === 0) return null;
  const n = columns.scores.length;
  const rows = rankRows(columns.scores, columns.isToxic);
  const statistics = [averagePrecision, auroc, brier, expectedCalibrationError];
  const estimates = bootstrapScores(rows, statistics, options);
  const figure = (i: number) => resampledFigure(estimates[i] as Estimate, n);
  const curve = precisionRecallCurve(rows);
  const fixed = (of: typeof precisionAtRecall) =>
    AT.map((at) => ({ at, figure: plainFigure(of(curve, at), n) }));
  return {
    figures: {
      auprc: figure(0),
      auroc: figure(1),
      brier: figure(2),
      ece: figure(3),
      precision_at_recall: fixed(precisionAtRecall),
      recall_at_precision: fixed(recallAtPrecision),
    },
    curves: {
      precision_recall: thin(curve, CURVE_POINTS),
      reliability: reliabilityBins(rows).map(({ meanScore, toxicRate, n: rowsInBin }) => ({
        mean_score: meanScore,
        toxic_rate: toxicRate,
        n: rowsInBin,
      })),
    },
  };
}

function scoresOf(verdicts: Verdicts, truth: Labels) {
  const scores: number[] = [];
  const isToxic: boolean[] = [];
  for (const [row, verdict] of verdicts.entries()) {
    if (verdict?.outcome !== 'answered' || truth[row] === NO_LABEL) continue;
    if (verdict.score === undefined) return null;
    scores.push(verdict.score);
    isToxic.push(truth[row] === TOXIC);
  }
  return { scores, isToxic };
}
