import { expect, it } from 'vitest';
import { fitCalibration } from '../../src/student/calibration.js';
import { figuresGolden } from '../helpers/golden.js';

it('scales log odds that lie close together as far as scikit-learn does', () => {
  const { logits, truth, slope, intercept } = figuresGolden.platt;
  const found = fitCalibration(logits, truth);
  expect(found.slope).toBeCloseTo(slope, 3);
  expect(found.intercept).toBeCloseTo(intercept, 3);
});
