import { describe, expect, it } from 'vitest';
import { publishedBaselines, type Run } from '../../src/analysis/baselines.js';

const rowsOf = (length: number, isChecked = false) => ({
  length,
  humanChecked: new Int8Array(length).fill(Number(isChecked)),
});

const run: Run = { dataset: 'toxicchat', split: 'test', rows: rowsOf(5_083), isTuned: false };

const of = (run: Run) => publishedBaselines(run) ?? [];
const comparable = (run: Run) => of(run).filter((each) => each.comparable);
const reasonOf = (run: Run, name: string, f1: number) =>
  of(run).find((each) => each.name === name && each.f1 === f1)?.reason;

describe('publishedBaselines', () => {
  it('are of the test split of ToxicChat alone', () => {
    expect(publishedBaselines({ ...run, split: 'train' })).toBeNull();
    expect(publishedBaselines({ ...run, dataset: 'sample' })).toBeNull();
    expect(publishedBaselines({ ...run, dataset: null, split: null })).toBeNull();
  });

  it("have the run's own cohort first, then the others, each by F1", () => {
    expect(of(run)[0]).toMatchObject({
      name: 'ToxicChat-T5-large',
      f1: 0.822,
      auprc: 0.885,
      comparable: true,
      reason: null,
    });
    const kinds = [true, false].map((kind) =>
      of(run)
        .filter((each) => each.comparable === kind)
        .map(({ f1 }) => f1),
    );
    expect(kinds.flat()).toEqual(of(run).map(({ f1 }) => f1));
    for (const f1s of kinds) expect(f1s).toEqual(f1s.toSorted((a, b) => b - a));
  });

  it('say why the others may not be compared', () => {
    expect(reasonOf(run, 'Perspective', 0.053)).toBe(
      'release 1123, not 0124; not stated: rows, threshold',
    );
    expect(reasonOf(run, 'Granite Guardian 3.0-8B', 0.649)).toBe(
      'on the 2,853 human-annotated rows, not these 5,083; not stated: release, threshold',
    );
    expect(reasonOf(run, 'WildGuard', 0.708)).toBe('not stated: release, rows, threshold');
    const values = of(run).filter(({ name }) => name === 'ShieldGemma-2B');
    expect(values.map(({ f1 }) => f1)).toEqual([0.181, 0.069]);
    expect(new Set(values.map(({ reason }) => reason)).size).toBe(2);
  });

  it('compare nothing with a part of the split', () => {
    const part = { ...run, rows: rowsOf(1_000) };
    expect(comparable(part)).toEqual([]);
    expect(reasonOf(part, 'ToxicChat-T5-large', 0.822)).toBe('on all 5,083 rows, not these 1,000');
    expect(reasonOf(part, 'enguard 4M', 0.671)).toContain('a subset of its own, not these 1,000');
    const annotated = { ...run, rows: rowsOf(2_853, true) };
    expect(reasonOf(annotated, 'Granite Guardian 3.0-8B', 0.649)).toBe(
      'not stated: release, threshold',
    );
  });

  it('compare a tuned threshold with tuned ones', () => {
    const tuned = { ...run, isTuned: true };
    expect(comparable(tuned).map(({ name }) => name)).toEqual([
      'OpenAI moderation of January 2024, at 0.02',
    ]);
    expect(reasonOf(tuned, 'ToxicChat-T5-large', 0.822)).toBe('threshold fixed, not tuned');
  });

  it('name their source', () => {
    expect(of(run).every(({ source }) => source.length > 0)).toBe(true);
    expect(of(run)).toHaveLength(31);
  });
});
