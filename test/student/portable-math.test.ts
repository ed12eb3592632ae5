import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exp, log, sigmoid, softplus } from '../../src/student/portable-math.js';

const relative = (value: number, anchor: number) => Math.abs(value - anchor) / Math.abs(anchor);

it('exp is the exponential function to fourteen digits, and bounded beyond 700', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      expect(relative(exp(x), Math.exp(x))).toBeLessThan(1e-14 * Math.max(1, Math.abs(x)));
    }),
  );
  expect(exp(0)).toBe(1);
  expect(exp(5000)).toBe(exp(700));
});

it('log is its inverse', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
      expect(Math.abs(log(x) - Math.log(x))).toBeLessThan(
        1e-14 * Math.max(1, Math.abs(Math.log(x))),
      );
    }),
  );
  expect(log(1)).toBe(0);
});

it('sigmoid and softplus hold at the ends', () => {
  expect(sigmoid(0)).toBe(0.5);
  expect([sigmoid(800), sigmoid(-800)]).toEqual([1, expect.closeTo(0, 12)]);
  expect(softplus(0)).toBeCloseTo(Math.LN2, 14);
  expect(softplus(1000)).toBe(1000);
  expect(softplus(-1000)).toBeCloseTo(0, 14);
});
