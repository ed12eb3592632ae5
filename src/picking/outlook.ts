/** How a figure may go on. */
export interface Outlook {
  /** Rows more than there are. */
  readonly rows: number;
  readonly gain: number;
}

/** With fewer points a slope says nothing. */
const FEWEST_POINTS = 3;

/** Of the rows that the outlook is for. */
const MORE_ROWS = 500;

/**
 * What 500 more rows would likely add to a figure: by the slope of its least squares line over the
 * logarithm of the rows, which is how such curves go between their start and their end. None goes
 * beyond 1.
 *
 * @returns undefined where fewer than three points are known
 */
export function outlookOf(
  points: readonly { readonly rows: number; readonly value: number }[],
): Outlook | undefined {
  const last = points.at(-1);
  if (!last || points.length < FEWEST_POINTS) return undefined;
  const x = points.map(({ rows }) => Math.log(rows));
  const y = points.map(({ value }) => value);
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, i) => (value - meanX) * ((y[i] ?? 0) - meanY)));
  const variance = mean(x.map((value) => (value - meanX) ** 2));
  if (variance === 0) return undefined;
  const gain = (covariance / variance) * Math.log((last.rows + MORE_ROWS) / last.rows);
  return { rows: MORE_ROWS, gain: Math.min(gain, 1 - last.value) };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
