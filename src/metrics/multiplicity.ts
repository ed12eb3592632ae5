/**
 * Benjamini and Hochberg's q-values, in the order given: the smallest share of false discoveries at
 * which each would be called one. From the largest p-value down, p m / rank, none above its
 * successor or 1.
 *
 * @see Y. Benjamini and Y. Hochberg, J. R. Stat. Soc. B 57, 1995
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const m = pValues.length;
  const order = [...pValues.keys()].sort((i, j) => (pValues[j] ?? 0) - (pValues[i] ?? 0));
  const qValues = pValues.map(() => 1);
  let ceiling = 1;
  order.forEach((i, place) => {
    ceiling = Math.min(ceiling, ((pValues[i] ?? 0) * m) / (m - place));
    qValues[i] = ceiling;
  });
  return qValues;
}
