import { describe, expect, it } from 'vitest';
import { openModel } from '../../src/index.js';
import { attemptsOf, countLeft, runsOf } from '../../src/run/attempts.js';
import { labelledRow, rowTable, verdicts } from '../helpers/analysis.js';

const server = { baseUrl: 'http://127.0.0.1:9/v1' };

const evalFile = {
  rows: rowTable([labelledRow(), labelledRow({ ds_original_idx: 1 }), labelledRow()]),
};

describe('the attempts of a run', () => {
  it('are every row once, then every row again; a row that repeats is one row', async () => {
    const model = await openModel('any', server);
    const attempts = attemptsOf(evalFile, model, { runsPerRow: 2 });
    expect(attempts.map(({ index, run }) => [index, run])).toEqual([
      [0, 1],
      [1, 1],
      [0, 2],
      [1, 2],
    ]);
    expect(attemptsOf(evalFile, model, {})).toHaveLength(2);
  });

  it('are one a row for the model inside the package', async () => {
    expect(runsOf(await openModel('wordlist'), { runsPerRow: 3 })).toBe(1);
  });

  it.each([0, 1.5, Number.NaN])('cannot be %s', async (runsPerRow) => {
    const model = await openModel('any', server);
    expect(() => attemptsOf(evalFile, model, { runsPerRow })).toThrow('`runsPerRow` is');
  });

  it('that are left are those without a verdict in the runs that are wanted', () => {
    const [first, second] = [verdicts('101'), verdicts('1-x')];
    const runs = [first, second];
    expect(countLeft({ verdicts: first, runs }, 3)).toBe(4);
    expect(countLeft({ verdicts: first, runs }, 1)).toBe(0);
  });
});
