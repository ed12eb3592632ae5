const UNROLLED = 8;
const BLOCK = 128;

/**
 * Sums in the order NumPy does (pairwise, eight accumulators a block), so that averages are equal
 * to scikit-learn's to the last bit.
 *
 * @see https://github.com/numpy/numpy/blob/v1.24.2/numpy/core/src/umath/loops_utils.h.src
 */
export function pairwiseSum(values: readonly number[]): number {
  const n = values.length;
  if (n < UNROLLED) return values.reduce((total, value) => total + value, 0);
  if (n > BLOCK) {
    const half = Math.floor(n / 2) - (Math.floor(n / 2) % UNROLLED);
    return pairwiseSum(values.slice(0, half)) + pairwiseSum(values.slice(half));
  }
  const lanes = values.slice(0, UNROLLED);
  const whole = n - (n % UNROLLED);
  for (let i = UNROLLED; i < whole; i++) {
    lanes[i % UNROLLED] = at(lanes, i % UNROLLED) + at(values, i);
  }
  const pair = (i: number) => at(lanes, i) + at(lanes, i + 1);
  const total = pair(0) + pair(2) + (pair(4) + pair(6));
  return values.slice(whole).reduce((sum, value) => sum + value, total);
}

const at = (values: readonly number[], i: number) => values[i] as number;
