import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatCoefficient,
  formatCount,
  formatFigure,
  formatFixed,
  formatMeasure,
  formatMoney,
  formatNumber,
  formatP,
  formatParts,
  formatPercent,
  formatRange,
  formatRatio,
  formatTogether,
  plural,
  withSign,
} from '../src/format.js';

const share = fc.double({ min: 0, max: 1, noNaN: true });
/** Shares at every distance from 0 and from 1 that is not the trace of a binary fraction. */
const size = fc.double({ min: -11, max: 0, noNaN: true }).map((exponent) => 10 ** exponent);
const figure = fc.oneof(
  size,
  size.map((x) => 1 - x),
  size.map((x) => -x),
);
const decimalsIn = (text: string) => text.split('.')[1]?.length ?? 0;

describe('formatNumber', () => {
  it.each([
    [0.7125, '0.71'],
    [0.125, '0.12'],
    [0.07, '0.07'],
    [0.0034, '0.0034'],
    [0.000123, '0.00012'],
    [0.9987, '0.9987'],
    [-0.25, '-0.25'],
    [-0.0021, '-0.0021'],
    [0, '0.00'],
    [-0, '0.00'],
    [1, '1.00'],
    [1e-16, '0.00'],
    [1 - 1e-16, '1.00'],
    [null, '-'],
  ])('writes %s as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('has as many decimals as are asked for', () => {
    expect(formatNumber(0.8, 3)).toBe('0.800');
    expect(formatNumber(0.00034, 3)).toBe('0.00034');
  });

  it('writes nothing as 0 or 1 that is not, and is near to what it writes', () => {
    fc.assert(
      fc.property(figure, (value) => {
        const written = Number(formatNumber(value));
        for (const end of [0, 1]) {
          if (Math.abs(Math.abs(value) - end) > 1e-12) expect(Math.abs(written)).not.toBe(end);
        }
        expect(Math.abs(written - value)).toBeLessThanOrEqual(0.0050001);
        if (Math.abs(value) < 0.01) {
          expect(Math.abs(written - value)).toBeLessThanOrEqual(0.051 * Math.abs(value) + 1e-12);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('formatFigure', () => {
  it.each([
    [{ value: 0.71, low: 0.62, high: 0.79 }, '0.71 [0.62, 0.79]'],
    [{ value: 0.0034, low: 0.0012, high: 0.0067 }, '0.0034 [0.0012, 0.0067]'],
    [{ value: 0.9312, low: 0.929, high: 0.9333 }, '0.9312 [0.9290, 0.9333]'],
    [{ value: 0, low: 0, high: 0.0019 }, '0.0000 [0.0000, 0.0019]'],
    [{ value: 0, low: 0, high: 0.49 }, '0.00 [0.00, 0.49]'],
    [{ value: 1, low: 0.51, high: 1 }, '1.00 [0.51, 1.00]'],
    [{ value: 0.9955, low: 0.75, high: 1 }, '0.9955 [0.7500, 1.0000]'],
    [{ value: -0.12, low: -0.2, high: -0.001 }, '-0.12 [-0.20, 0.00]'],
    [{ value: 0.5, low: null, high: null }, '0.50'],
    [{ value: null, low: null, high: null }, '-'],
  ])('writes %j as %s', (measured, text) => {
    expect(formatFigure(measured)).toBe(text);
  });

  it('has equally many decimals in its parts, and shows what an interval is wide', () => {
    fc.assert(
      fc.property(share, share, share, (a, b, c) => {
        const [low = 0, value = 0, high = 0] = [a, b, c].sort((x, y) => x - y);
        const parts = formatParts({ value, low, high });
        const [, from = '', to = ''] = /^\[(.*), (.*)\]$/.exec(parts.interval ?? '') ?? [];
        expect(new Set([parts.value, from, to].map(decimalsIn)).size).toBe(1);
        if (high - low > 1e-12) expect(from).not.toBe(to);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('formatCoefficient', () => {
  it.each([
    [{ value: -0.9955, low: -1.2438, high: -0.7472 }, '-1.00 [-1.24, -0.75]'],
    [{ value: 0.0034, low: -0.31, high: 0.32 }, '0.00 [-0.31, 0.32]'],
    [{ value: 1.0021, low: 0.9987, high: 1.0055 }, '1.0021 [0.9987, 1.0055]'],
    [{ value: 12.345, low: null, high: null }, '12.35'],
    [{ value: null, low: null, high: null }, '-'],
  ])('writes %j as %s', (measured, text) => {
    expect(formatCoefficient(measured)).toBe(text);
  });
});

describe('formatRange, formatTogether, withSign and formatP', () => {
  it('write figures that belong together', () => {
    expect(formatRange(0.5, 0.567)).toBe('0.50 to 0.57');
    expect(formatRange(0.881, 0.883)).toBe('0.8810 to 0.8830');
    expect(formatTogether([0.7, 0.00001])).toEqual(['0.700000', '0.000010']);
    expect([0.12, -0.0031, 0].map((value) => withSign(formatNumber(value)))).toEqual([
      '+0.12',
      '-0.0031',
      '+0.00',
    ]);
    expect([1, 0.0342, 0.0009].map(formatP)).toEqual(['1.000', '0.034', '<0.001']);
  });
});

describe('formatPercent', () => {
  it.each([
    [0.975, '97.5%'],
    [0.95, '95%'],
    [63 / 89, '70.8%'],
    [1, '100%'],
    [0, '0%'],
    [0.9997, '99.97%'],
    [0.0004, '0.04%'],
    [null, '-'],
  ])('writes %s as %s', (value, text) => {
    expect(formatPercent(value)).toBe(text);
  });

  it('writes nothing as 0% or 100% that is not', () => {
    fc.assert(
      fc.property(size, (value) => {
        expect(formatPercent(value)).not.toBe('0%');
        expect(formatPercent(1 - value)).not.toBe('100%');
      }),
    );
  });
});

describe('formatCount, plural and formatMeasure', () => {
  it('set thousands apart, and know one from many', () => {
    expect(formatCount(12345)).toBe('12,345');
    expect([0, 1, 2000].map((count) => plural(count, 'row'))).toEqual([
      '0 rows',
      '1 row',
      '2,000 rows',
    ]);
    expect([1249.6, 42, 7.34, 0.0231, 0].map(formatMeasure)).toEqual([
      '1,250',
      '42',
      '7.3',
      '0.023',
      '0',
    ]);
  });
});

describe('formatMoney', () => {
  it.each([
    [null, 'unknown'],
    [0, '$0'],
    [8, '$8'],
    [1003.0000000000001, '$1,003'],
    [1234.5, '$1,234.50'],
    [1.999, '$2.00'],
    [0.9999, '$1.00'],
    [0.5, '$0.50'],
    [0.457, '$0.457'],
    [0.05, '$0.05'],
    [0.0123456, '$0.0123'],
    [0.00012, '$0.00012'],
    [0.00000012, '$0.00000012'],
    [1e-9, '$0.000000001'],
    [1e-10, '<$0.000000001'],
  ])('writes %s as %s', (usd, text) => {
    expect(formatMoney(usd)).toBe(text);
  });

  it('writes nothing as $0 that costs something, and is near to what it writes', () => {
    const usd = fc.double({ min: -8, max: 5, noNaN: true }).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(usd, (value) => {
        const written = Number(formatMoney(value).replace(/[$,]/g, ''));
        expect(Math.abs(written - value)).toBeLessThanOrEqual(0.06 * value);
        expect(formatMoney(value)).toMatch(/^\$[\d,]+(\.\d\d+)?$/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('formatRatio', () => {
  it.each([
    [7.4, '7.4 times cheaper'],
    [0.1, '10 times dearer'],
    [19.72, '19.7 times cheaper'],
    [1234.4, '1,234 times cheaper'],
    [1 / 250, '250 times dearer'],
    [1.04, 'about the same'],
    [1 / 1.04, 'about the same'],
    [1.051, '1.1 times cheaper'],
  ])('puts %s into words: %s', (times, text) => {
    expect(formatRatio(times)).toBe(text);
  });

  it('names the other', () => {
    expect(formatRatio(0.1, 'gpt-4.1')).toBe('10 times dearer than gpt-4.1');
    expect(formatRatio(1, 'gpt-4.1')).toBe('about the same as gpt-4.1');
  });

  it('says the reverse of the reverse', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1000, noNaN: true }), (times) => {
        const there = formatRatio(times);
        const back = formatRatio(1 / times);
        if (there === 'about the same') expect(back).toBe(there);
        else {
          const other = there.includes('cheaper') ? 'dearer' : 'cheaper';
          expect(back).toContain(`times ${other}`);
          expect(there).not.toMatch(/^1 times/);
        }
      }),
    );
  });
});

describe('formatFixed', () => {
  it('rounds as Python does: the exact value, ties to the even digit', () => {
    expect([0.125, 0.375, 0.005, 2.675].map((value) => formatFixed(value, 2))).toEqual([
      '0.12',
      '0.38',
      '0.01',
      '2.67',
    ]);
    expect(formatFixed(2.5, 0)).toBe('2');
  });
});
