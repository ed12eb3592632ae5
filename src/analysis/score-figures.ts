import type { BootstrapOptions } from '../metrics/bootstrap.js';
import { bootstrapScores } from '../metrics/bootstrap-scores.js';
import { brier, expectedCalibrationError, reliabilityBins } from '../metrics/calibration.js';
import { coxCalibration } from '../metrics/cox-calibration.js';
import type { Estimated } from '../metrics/intervals.js';
import {
  auroc,
  averagePrecision,
  onceEach,
  precisionAtRecall,
  precisionRecallCurve,
  type RankedRows,
  rankRows,
  recallAtPrecision,
  thin,
} from '../metrics/ranking.js';
import { pick, rowsWhere } from '../rows/column.js';
import { type Labels, NO_LABEL } from '../rows/labels.js';
import { isAnswer, type Verdicts } from '../rows/verdicts.js';
import type { ClusterOf } from './clusters.js';
import { figure, plainFigure, resampledFigure } from './figures.js';
import type { Figures } from './report/figures.js';
import type { ModelResult } from './report/model.js';

/** Recalls and precisions at which the other of the two is stated. */
const AT = [0.8, 0.9, 0.95];
/** More points than a screen shows would only make the report heavy. */
const CURVE_POINTS = 500;

type ScoreFigures = Pick<
  Figures,
  | 'auprc'
  | 'auroc'
  | 'brier'
  | 'ece'
  | 'calibration'
  | 'precision_at_recall'
  | 'recall_at_precision'
>;

export interface Scored {
  readonly figures: ScoreFigures;
  readonly curves: NonNullable<ModelResult['curves']>;
}

/** What is scored, and by whom. */
export interface ScoredRows {
  readonly verdicts: Verdicts;
  readonly truth: Labels;
  readonly clusterOf: ClusterOf;
  /** Whether a score is the probability that the row is positive; one of an endpoint's need not be. */
  readonly isProbability: boolean;
}

/**
 * The figures and curves of scores, over the answered rows that have a truth.
 *
 * @returns null where there are no such rows, or one of them has no score: figures of the rest
 *   would be figures of other rows than the table's
 */
export function scoreFigures(scored: ScoredRows, options: BootstrapOptions): Scored | null {
  const columns = columnsOf(scored);
  if (columns === null || columns.scores.length === 0) return null;
  const { scores, isPositive, clusters } = columns;
  const n = scores.length;
  const rows = rankRows(scores, isPositive);
  const statistics = scored.isProbability
    ? [averagePrecision, auroc, brier]
    : [averagePrecision, auroc];
  const [ofAuprc, ofAuroc, ofBrier] = bootstrapScores(rows, statistics, options, clusters).map(
    (estimate) => resampledFigure(estimate, n),
  );
  const curve = precisionRecallCurve(rows);
  const fixed = (of: typeof precisionAtRecall) =>
    AT.map((at) => ({ at, figure: plainFigure(of(curve, at), n) }));
  return {
    figures: {
      ...(ofAuprc ? { auprc: ofAuprc } : {}),
      ...(ofAuroc ? { auroc: ofAuroc } : {}),
      ...(ofBrier ? { brier: ofBrier } : {}),
      ...(scored.isProbability ? calibrationFigures(rows, options.confidence, clusters) : {}),
      precision_at_recall: fixed(precisionAtRecall),
      recall_at_precision: fixed(recallAtPrecision),
    },
    curves: {
      precision_recall: thin(curve, CURVE_POINTS),
      reliability: scored.isProbability ? reliabilityOf(rows) : [],
    },
  };
}

function calibrationFigures(
  rows: RankedRows,
  confidence: number,
  clusters: ClusterOf,
): Pick<Figures, 'ece' | 'calibration'> {
  const n = rows.scores.length;
  const line = coxCalibration(rows, confidence, clusters);
  const coefficient = (of: Estimated | undefined) =>
    of ? figure(of.value, n, of.interval, 'wald') : plainFigure(Number.NaN, n);
  return {
    ece: plainFigure(expectedCalibrationError(rows, onceEach(rows)), n),
    calibration: { slope: coefficient(line?.slope), intercept: coefficient(line?.intercept) },
  };
}

const reliabilityOf = (rows: RankedRows) =>
  reliabilityBins(rows).map(({ meanScore, positiveRate, n }) => ({
    mean_score: meanScore,
    positive_rate: positiveRate,
    n,
  }));

function columnsOf({ verdicts, truth, clusterOf }: ScoredRows) {
  const { states, scores } = verdicts;
  const rows = rowsWhere(
    states.length,
    (row) => isAnswer(states[row] as number) && truth[row] !== NO_LABEL,
  );
  if (rows.some((row) => verdicts.scoreOf(row) === undefined)) return null;
  return {
    scores: scores ? pick(scores, rows) : new Float64Array(0),
    isPositive: pick(truth, rows),
    clusters: pick(clusterOf, rows),
  };
}
