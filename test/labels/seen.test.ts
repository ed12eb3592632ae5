import { describe, expect, it } from 'vitest';
import { type LearnedBy, withoutSeen } from '../../src/labels/seen.js';
import { rowKey } from '../../src/row-key.js';
import { TOXICITY } from '../../src/task/task.js';
import { labelledRow, rowTable } from '../helpers/analysis.js';

/** A file of which every third row is positive to people, and none to the teacher. */
function fileOf(count: number) {
  const rows = Array.from({ length: count }, (_, i) =>
    labelledRow({ ds_original_idx: i, input: `${i}`, true_label: i % 3 ? 'negative' : 'positive' }),
  );
  return {
    path: 'eval.jsonl',
    task: TOXICITY,
    rows: rowTable(rows),
  };
}

/** Somebody who learned from the rows from one place to another. */
const learner = (name: string, from: number, to: number, testFile: string | null = null) =>
  ({
    name,
    has: (text) => Number(text) >= from && Number(text) < to,
    testFile,
  }) satisfies LearnedBy;

describe('withoutSeen', () => {
  it('leaves out what any contender learned from, and counts for each', () => {
    const { evalFile, seen } = withoutSeen(fileOf(90), [
      learner('a', 0, 10),
      learner('b', 5, 20),
      learner('c', 500, 600),
    ]);
    expect(Array.from(evalFile.rows, ({ input }) => Number(input))).toEqual(
      Array.from({ length: 70 }, (_, i) => 20 + i),
    );
    expect([...evalFile.rows.keys]).toEqual(
      Array.from(evalFile.rows, ({ input }) => rowKey(Number(input), input)),
    );
    expect(seen).toEqual({
      rows: 20,
      by: [
        { name: 'a', rows: 10 },
        { name: 'b', rows: 15 },
      ],
    });
  });

  it('tells nothing known from nothing shared', () => {
    expect(withoutSeen(fileOf(9), []).seen).toBeNull();
    expect(withoutSeen(fileOf(9), [learner('a', 90, 99)]).seen).toEqual({ rows: 0, by: [] });
  });

  it.each([
    ['all', 90, 0, 0],
    ['all but 29', 61, 29, 9],
    ['all but 30, of which 10 are toxic', 60, undefined, undefined],
  ])('learned from %s', (_, learned, rows, toxic) => {
    const run = () => withoutSeen(fileOf(90), [learner('student:s', 0, learned)]);
    if (rows === undefined) expect(run().evalFile.rows).toHaveLength(30);
    else {
      expect(run).toThrow(
        `learned from rows of eval.jsonl, or was chosen on them (student:s): without them ${rows} of 90 rows are left, ${toxic} toxic`,
      );
    }
  });

  it('counts by the truth that is asked for', () => {
    const run = () => withoutSeen(fileOf(90), [learner('a', 0, 60)], 'teacher');
    expect(run).toThrow('30 of 90 rows are left, 0 toxic');
  });

  it('takes a small file that has lost a row', () => {
    expect(withoutSeen(fileOf(20), [learner('a', 0, 3)]).evalFile.rows).toHaveLength(17);
  });

  it('names the rows that were set aside, unless they are learned too', () => {
    const hint = (testFile: string | null) => {
      try {
        withoutSeen(fileOf(90), [learner('a', 0, 90, testFile)]);
        return '';
      } catch (error) {
        return (error as { hint: string }).hint;
      }
    };
    expect(hint('s.test.jsonl')).toContain('`evalFile` s.test.jsonl');
    expect(hint(null)).toContain('`testFraction`');
    expect(hint('./eval.jsonl')).toContain('`testFraction`');
  });
});
