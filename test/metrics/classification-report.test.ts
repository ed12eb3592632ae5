import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  classificationReport,
  type ReportOptions,
} from '../../src/metrics/classification-report.js';
import type { Label } from '../../src/metrics/confusion.js';

interface GoldenCase {
  name: string;
  y_true: Label[];
  y_pred: Label[];
  args: {
    labels?: Label[];
    target_names?: string[];
    digits?: number;
    zero_division?: 0 | 1 | 'warn';
  };
  text: string | null;
  dict: Record<string, unknown> | null;
  error: string | null;
}

const folder = new URL('../golden/classification-report/', import.meta.url);
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as GoldenCase);

interface Refused {
  y_true: Label[];
  y_pred: Label[];
  error: string;
}

/** What test/golden/float_labels.py wrote. JSON has no word for what is no finite number. */
const fractions = JSON.parse(
  readFileSync(new URL('../golden/float-labels.json', import.meta.url), 'utf8'),
) as Refused[];

const NOT_IN_JSON: Record<string, number> = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY };

const toLabel = (label: Label) => NOT_IN_JSON[label] ?? label;

function toOptions({ labels, target_names, digits, zero_division }: GoldenCase['args']) {
  const options: { -readonly [K in keyof ReportOptions]: ReportOptions[K] } = {};
  if (labels) options.labels = labels;
  if (target_names) options.targetNames = target_names;
  if (digits !== undefined) options.digits = digits;
  if (zero_division !== undefined) options.zeroDivision = zero_division;
  return options;
}

describe('classificationReport equals scikit-learn 1.2.1', () => {
  it('has golden cases to be compared with', () => expect(cases.length).toBeGreaterThan(40));

  it.each(cases)('$name', ({ y_true, y_pred, args, text, dict, error }) => {
    const options = toOptions(args);
    const asText = () => classificationReport(y_true, y_pred, options);
    const asDict = () => classificationReport(y_true, y_pred, { ...options, outputDict: true });
    if (error !== null) {
      expect(asText).toThrow(RangeError);
      return;
    }
    expect(asText()).toBe(text);
    if (dict) expect(asDict()).toEqual(dict);
  });
});

describe('classificationReport refuses', () => {
  it('columns of different lengths, with both lengths', () => {
    expect(() => classificationReport(['a'], ['a', 'b'])).toThrow('1 and 2 rows');
  });
  it('empty input', () => {
    expect(() => classificationReport([], [])).toThrow('no class to report');
  });
  it('labels of two kinds', () => {
    expect(() => classificationReport(['a', 1], ['a', 'a'])).toThrow(TypeError);
  });
  it.each(fractions)('$y_true and $y_pred in the words of scikit-learn', (refused) => {
    const [yTrue, yPred] = [refused.y_true, refused.y_pred].map((labels) => labels.map(toLabel));
    expect(() => classificationReport(yTrue ?? [], yPred ?? [])).toThrow(refused.error);
  });
  it('but not whole numbers', () => {
    expect(classificationReport([0, 1.0, -3], [0, 1, 1])).toContain('-3');
  });
  it.each([-1, 1.5, 99, Number.NaN])('%s digits', (digits) => {
    expect(() => classificationReport(['a'], ['a'], { digits })).toThrow('whole number');
  });
});
