/** The two-by-two table of a binary task, in rows; `positive` is the positive class. */
export interface Counts {
  /** Toxic rows called positive. */
  readonly tp: number;
  /** Rows called positive that are not. */
  readonly fp: number;
  /** Toxic rows called negative. */
  readonly fn: number;
  /** Rows rightly called negative. */
  readonly tn: number;
}

/**
 * Everything here is a plain ratio of counts, and NaN where it is 0/0: scikit-learn's table prints
 * 0 there, which a model that was never tested did not earn.
 */
export type CountsStatistic = (counts: Counts) => number;

export const total = ({ tp, fp, fn, tn }: Counts) => tp + fp + fn + tn;

/** The same table with `negative` as the positive class. */
export const flipped = ({ tp, fp, fn, tn }: Counts): Counts => ({ tp: tn, fp: fn, fn: fp, tn: tp });

/** TP / (TP + FP): how many of the rows called positive are. */
export const precision: CountsStatistic = ({ tp, fp }) => tp / (tp + fp);

/** TP / (TP + FN): how many of the positive rows were found. */
export const recall: CountsStatistic = ({ tp, fn }) => tp / (tp + fn);

/** 2 TP / (2 TP + FP + FN): the harmonic mean of precision and recall. */
export const f1: CountsStatistic = ({ tp, fp, fn }) => (2 * tp) / (2 * tp + fp + fn);

/** The share of rows that are right. */
export const accuracy: CountsStatistic = (counts) => (counts.tp + counts.tn) / total(counts);

/** The plain mean of a class figure over both classes. */
export const macro =
  (figure: CountsStatistic): CountsStatistic =>
  (counts) =>
    (figure(counts) + figure(flipped(counts))) / 2;

/** The mean of a class figure over both classes, weighted by their true rows. */
export const weighted =
  (figure: CountsStatistic): CountsStatistic =>
  (counts) => {
    const positive = counts.tp + counts.fn;
    const negative = counts.fp + counts.tn;
    // A class without rows has no weight, so that its 0/0 must not spoil the mean.
    const sum =
      (positive > 0 ? positive * figure(counts) : 0) +
      (negative > 0 ? negative * figure(flipped(counts)) : 0);
    return sum / (positive + negative);
  };

/** The mean recall of the two classes: 0.5 for a coin, whatever the base rate. */
export const balancedAccuracy: CountsStatistic = macro(recall);

/**
 * Matthews' correlation of the labels with the truth, -1 to 1.
 *
 * @see B. W. Matthews, Biochim. Biophys. Acta 405, 1975
 */
export const mcc: CountsStatistic = ({ tp, fp, fn, tn }) =>
  (tp * tn - fp * fn) /
  // Two roots, since the product of the four sums passes 2^53 from about 10,000 rows on.
  (Math.sqrt((tp + fp) * (tp + fn)) * Math.sqrt((tn + fp) * (tn + fn)));

/**
 * Cohen's kappa: agreement beyond what the margins alone would give, (po - pe) / (1 - pe).
 *
 * @see J. Cohen, Educ. Psychol. Meas. 20, 1960
 */
export const kappa: CountsStatistic = (counts) => {
  const { tp, fp, fn, tn } = counts;
  const n = total(counts);
  const expected = ((tp + fp) * (tp + fn) + (tn + fp) * (tn + fn)) / (n * n);
  return (accuracy(counts) - expected) / (1 - expected);
};
