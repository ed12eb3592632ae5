import { expect, it } from 'vitest';
import { benjaminiHochberg } from '../../src/metrics/multiplicity.js';
import { differences } from '../helpers/golden.js';

it.each(differences.q_values)("has statsmodels' q-values of $p", ({ p, q }) => {
  benjaminiHochberg(p).forEach((value, i) => {
    expect(value).toBeCloseTo(q[i] ?? 0, 12);
  });
});
