import { describe, expect, it } from 'vitest';
import { logit } from '../../src/student/fitted-model.js';
import { minimize } from '../../src/student/lbfgs.js';
import { fitLogistic, logisticLoss } from '../../src/student/logistic.js';
import { seededDraw } from '../helpers/examples.js';

const DIMENSIONS = 5;

/** Sparse rows with random values and soft targets. */
function randomSet(count: number) {
  const draw = seededDraw(3);
  const uniform = () => draw(2001) / 1000 - 1;
  return {
    rows: Array.from({ length: count }, () => ({
      indices: Uint32Array.of(draw(2), 2 + draw(3)),
      values: Float32Array.of(uniform(), uniform()),
    })),
    targets: Array.from({ length: count }, () => draw(1001) / 1000),
    dimensions: DIMENSIONS,
    strength: 2,
  };
}

describe('logisticLoss', () => {
  it('has the gradient that finite differences give, bias and soft targets included', () => {
    const loss = logisticLoss(randomSet(40));
    const point = Float64Array.of(0.3, -1.2, 0.8, 0, 2, -0.4);
    const gradient = new Float64Array(point.length);
    loss(point, gradient);
    const unused = new Float64Array(point.length);
    for (const j of point.keys()) {
      const at = (shift: number) =>
        loss(
          point.map((x, k) => (k === j ? x + shift : x)),
          unused,
        );
      const numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
      expect(gradient[j]).toBeCloseTo(numeric, 6);
    }
  });
});

describe('fitLogistic', () => {
  it('ends where the gradient does', () => {
    const set = randomSet(200);
    const { weights, bias } = fitLogistic(set);
    const gradient = new Float64Array(DIMENSIONS + 1);
    const loss = logisticLoss(set);
    loss(new Float64Array(DIMENSIONS + 1), gradient);
    const start = Math.hypot(...gradient);
    loss(Float64Array.of(...weights, bias), gradient);
    expect(Math.hypot(...gradient)).toBeLessThan(2e-3 * start);
  });

  it('learns the probability of a soft label, not its rounding', () => {
    const row = { indices: Uint32Array.of(0), values: Float32Array.of(1) };
    const none = { indices: new Uint32Array(), values: new Float32Array() };
    const model = fitLogistic({
      rows: [row, none],
      targets: [0.9, 0.2],
      dimensions: 1,
      strength: 1000,
    });
    const probability = (z: number) => 1 / (1 + Math.exp(-z));
    expect(probability(logit(model, row))).toBeCloseTo(0.9, 2);
    expect(probability(logit(model, none))).toBeCloseTo(0.2, 2);
  });
});

it('minimize finds the bottom of a narrow valley', () => {
  const valley = (point: Float64Array, gradient: Float64Array) => {
    const [x = 0, y = 0] = point;
    gradient.set([2 * (x - 3), 2000 * (y + 1)]);
    return (x - 3) * (x - 3) + 1000 * (y + 1) * (y + 1);
  };
  const [x, y] = minimize(valley, Float64Array.of(-40, 70), { tolerance: 1e-9 });
  expect(x).toBeCloseTo(3, 6);
  expect(y).toBeCloseTo(-1, 6);
});
