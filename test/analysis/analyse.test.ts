import { describe, expect, it } from 'vitest';
import { analyse, withUniqueNames } from '../../src/analysis/analyse.js';
import type { AnalysisContender } from '../../src/analysis/input.js';
import { reportSchema } from '../../src/analysis/report/report.js';
import { analysisInput, contender, labelledRow } from '../helpers/analysis.js';

const human = '1111000000?';
const teacher = '11100000010';
const a = contender('a', '1100001r0-1', {
  scores: [0.9, 0.8, 0.3, 0.1, 0.2, 0.1, 0.6, 0, 0.2, 0, 0.7],
  took: Array.from(human, (_, row) => ({ costUsd: 0.001, latencyMs: row < 5 ? row + 1 : null })),
  priceBasis: 'list price',
});
const b = contender('b', '11110000000');

const modelOf = (report: ReturnType<typeof analyse>, name: string) => {
  const model = report.models.find((each) => each.name === name);
  if (!model) throw new Error(`no model ${name}`);
  return model;
};

describe('analyse', () => {
  const report = analyse(analysisInput({ human, teacher }, [a, b]));

  it('gives what the schema describes, the same each time', () => {
    expect(reportSchema.parse(report)).toEqual(report);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(analyse(analysisInput({ human, teacher }, [a, b]))).toEqual(report);
  });

  it('reads texts again for the disagreements alone, when these are asked for', () => {
    const input = analysisInput({ human, teacher }, [a, b]);
    const read: number[] = [];
    const rows = {
      length: input.rows.length,
      at(row: number) {
        read.push(row);
        return input.rows[row];
      },
      [Symbol.iterator]: () => input.rows[Symbol.iterator](),
    };
    const made = analyse({ ...input, rows });
    expect(Object.keys(made).slice(-3)).toEqual(['disagreements', 'rows', 'notes']);
    expect(read).toEqual([]);
    const { disagreements } = made;
    expect(read).toEqual(disagreements.map(({ row }) => row));
    expect(made.disagreements).toBe(disagreements);
    expect(disagreements).toEqual(report.disagreements);
  });

  it('counts the rows of the file', () => {
    expect(report.data).toMatchObject({ rows: 11, positive: 4, negative: 6, without_truth: 1 });
  });

  it('judges a contender by the rows that it answered', () => {
    const model = modelOf(report, 'a');
    expect(model.rows).toEqual({
      total: 11,
      answered: 9,
      unanswered: { refused: 1 },
      not_asked: 1,
      without_truth: 1,
      compared: 8,
    });
    expect(model.coverage).toMatchObject({ value: 9 / 11, n: 11 });
    expect(model.confusion).toEqual({
      positive: { positive: 2, negative: 2, unanswered: 0 },
      negative: { positive: 1, negative: 3, unanswered: 1 },
    });
    expect(model.figures.positive.f1.value).toBeCloseTo(4 / 7, 14);
    expect(model.bounds.positive_f1).toEqual({ worst: 4 / 8, best: 4 / 7 });
    expect(model.bounds.accuracy).toEqual({ worst: 5 / 9, best: 6 / 9 });
    expect(model.figures.auroc).toMatchObject({ n: 8 });
    expect(model.table).toContain('toxic       0.67      0.50      0.57         4');
    expect(model.latency_ms).toEqual({ p50: 3, p95: 4.8 });
    expect(model.cost).toEqual({
      usd: 0.01,
      per_1000_rows: 1,
      basis: 'list price',
      times_cheaper_than_teacher: null,
    });
    expect(model.agreement?.three_way).toEqual({
      all_agree: 5,
      contender_alone: 2,
      teacher_alone: 0,
      human_alone: 1,
    });
  });

  it('writes every row as one character', () => {
    expect(report.rows.truth).toBe('1111000000?');
    expect(report.rows.said).toEqual({ 'gpt-4': teacher, a: '1100001r0-1', b: '11110000000' });
    expect(new Set(report.rows.keys).size).toBe(11);
  });

  it('compares contenders with each other and with the teacher', () => {
    expect(report.pairs.map((pair) => `${pair.a} ${pair.b} ${pair.n}`)).toEqual([
      'a b 8',
      'a gpt-4 8',
      'b gpt-4 10',
    ]);
    expect(report.common).toMatchObject({ n: 8 });
    expect(report.common?.models.map(({ name }) => name)).toEqual(['gpt-4', 'a', 'b']);
  });

  it('says in words what the figures may not claim', () => {
    expect(report.notes).toContain(
      '10 rows, 4 of them toxic: too few to tell models apart. [few-rows]',
    );
    expect(modelOf(report, 'a').notes).toEqual([
      'It answered 9 of 10 rows; the other is excluded from its figures. If it had answered all, its toxic F1 would be from 0.50 to 0.57. [unanswered-rows]',
      '1 row was not asked: its kept answers are of other rows. [rows-not-asked]',
      'Its AUROC is of 4 toxic rows: with so few, its interval is too narrow. In simulations with 7 positive rows of 100, 95% intervals held the true AUROC in 85% to 87% of the runs. [few-of-a-class]',
    ]);
    expect(modelOf(report, 'b').notes).toEqual([]);
  });
});

describe('notes on a model', () => {
  const notesOf = (more: Partial<AnalysisContender>) =>
    modelOf(
      analyse(analysisInput({ human: '10', teacher: '10' }, [contender('a', '1-', more)])),
      'a',
    ).notes;

  it('say that the run ended early only where it did', () => {
    expect(notesOf({ endedEarly: true })).toContain(
      '1 row was not asked: the run ended early. [rows-not-asked]',
    );
    expect(notesOf({}).join()).not.toContain('ended early');
  });

  it('say that nobody knows what a student learned from', () => {
    const note =
      'Which rows it learned from is not on record, so it may have learned from some of these. [unknown-origin]';
    expect(notesOf({ ofUnknownOrigin: true })).toContain(note);
    expect(notesOf({ ofUnknownOrigin: false })).not.toContain(note);
  });
});

describe('policies', () => {
  it.each([
    ['exclude', 8, 4 / 7],
    ['wrong', 9, 4 / 8],
    ['positive', 9, 4 / 8],
    ['negative', 9, 4 / 7],
  ] as const)('%s compares %s rows', (onUnanswered, compared, f1) => {
    const input = analysisInput({ human, teacher }, [a], { onUnanswered });
    const model = modelOf(analyse(input), 'a');
    expect(model.rows.compared).toBe(compared);
    expect(model.figures.positive.f1.value).toBeCloseTo(f1, 14);
    expect(model.bounds.positive_f1).toEqual({ worst: 4 / 8, best: 4 / 7 });
  });
});

describe("where the truth is the teacher's", () => {
  const report = analyse(analysisInput({ human, teacher }, [a, b], { truth: 'teacher' }));
  it('judges nobody by people, and does not set the teacher beside itself', () => {
    expect(report.data).toMatchObject({ positive: 4, negative: 7, without_truth: 0 });
    expect(report.models[0]).toMatchObject({ is_truth: true, role: 'teacher' });
    expect(report.models[0]?.notes[0]).toContain('say nothing about its quality');
    expect(report.pairs.map((pair) => `${pair.a} ${pair.b}`)).toEqual(['a b']);
    expect(report.common?.models.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(report.notes[0]).toContain("The truth is the teacher's own labels");
    expect(modelOf(report, 'a').agreement?.with_human?.agreement.n).toBe(8);
  });
});

describe('the teacher', () => {
  it('has its unanswered rows in coverage and bounds, and in no figure', () => {
    const input = analysisInput({ human: '1100', teacher: '1000' }, [contender('a', '1100')]);
    const unanswered = { refused: 1, filtered: 1 };
    const report = analyse({ ...input, teacher: { ...input.teacher, unanswered } });
    const [model] = report.models;
    expect(model?.rows).toMatchObject({ total: 6, answered: 4, unanswered, compared: 4 });
    expect(model?.coverage).toMatchObject({ value: 4 / 6, n: 6 });
    expect(model?.bounds.positive_f1).toEqual({ worst: 2 / 5, best: 6 / 7 });
    expect(model?.notes[0]).toContain('not in the file');
  });

  it('is paid once for a row that stands in the file twice, as a contender is', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 1 };
    const took = { costUsd: 0.25, usage };
    const input = analysisInput({ human: '101', teacher: '101' }, [
      contender('a', '101', { took: [took, took, took] }),
    ]);
    const [first, second] = input.rows.map((row) => ({ ...row, cost_usd: 1, usage }));
    if (!first || !second) throw new Error('the input has rows');
    const report = analyse({ ...input, rows: [first, second, first] });
    expect(report.models.map(({ cost }) => [cost.usd, cost.per_1000_rows])).toEqual([
      [2, 1000],
      [0.5, 250],
    ]);
    expect(report.models.map((model) => model.usage?.prompt_tokens)).toEqual([20, 20]);
    expect(modelOf(report, 'a').cost.times_cheaper_than_teacher).toBe(4);
  });

  it('tells how much cheaper a contender is', () => {
    const input = analysisInput({ human: '10', teacher: '10' }, [
      contender('a', '10', { took: [{ costUsd: 0.25 }, { costUsd: 0.25 }] }),
      contender('b', '10', { took: [{ costUsd: 0 }, { costUsd: 0 }] }),
    ]);
    const rows = input.rows.map((row) => ({ ...row, cost_usd: 5 }));
    const report = analyse({ ...input, rows });
    expect(report.models.map((model) => model.cost.times_cheaper_than_teacher)).toEqual([
      null,
      20,
      null,
    ]);
  });
});

describe('the cost ratio', () => {
  const ratioOf = (codes: string, teacherCosts: (number | null)[], more = {}) => {
    const input = analysisInput({ human: codes, teacher: codes, ...more }, [
      contender('a', codes, { took: teacherCosts.map(() => ({ costUsd: 1 })) }),
    ]);
    const rows = input.rows.map((row, i) => ({ ...row, cost_usd: teacherCosts[i] ?? null }));
    return analyse({ ...input, rows }).models[1]?.cost.times_cheaper_than_teacher;
  };

  it('is of the rows that both were asked', () => {
    expect(ratioOf('10-', [10, 10, 1000])).toBe(10);
  });

  it('leaves out rows of which either cost is unknown', () => {
    expect(ratioOf('1010', [10, 10, null, null])).toBe(10);
  });

  it('counts a row that stands in the file twice once', () => {
    const input = analysisInput({ human: '110', teacher: '110' }, [
      contender('a', '110', { took: [{ costUsd: 1 }, { costUsd: 1 }, { costUsd: 1 }] }),
    ]);
    const rows = input.rows.map((row, i) => ({
      ...row,
      cost_usd: i === 2 ? 4 : 10,
      ...(i === 1 ? { input: input.rows[0]?.input ?? '', ds_original_idx: 0 } : {}),
    }));
    const [, model] = analyse({ ...input, rows }).models;
    expect(model?.cost.times_cheaper_than_teacher).toBe((10 + 4) / 2);
    expect(model?.cost.usd).toBe(2);
  });

  it('gives the rows that a cascade asked about their share, where some costs are unknown', () => {
    const input = analysisInput({ human: '1010', teacher: '1010' }, [
      contender('cascade:c', '1010', {
        took: [
          { costUsd: 0, answeredBy: 'student' },
          { costUsd: 0, answeredBy: 'student' },
          { costUsd: 2, answeredBy: 'teacher' },
          { costUsd: null, answeredBy: 'teacher' },
        ],
      }),
    ]);
    const rows = input.rows.map((row) => ({ ...row, cost_usd: 2 }));
    const [, model] = analyse({ ...input, rows }).models;
    expect(model?.cost).toMatchObject({ usd: null, per_1000_rows: 1000 });
    expect(model?.cost.times_cheaper_than_teacher).toBe(2);
  });

  it('does not change when the teacher left rows unanswered', () => {
    const input = analysisInput({ human: '10', teacher: '10' }, [
      contender('a', '10', { took: [{ costUsd: 1 }, { costUsd: 1 }] }),
    ]);
    const rows = input.rows.map((row) => ({ ...row, cost_usd: 8 }));
    const teacher = { ...input.teacher, unanswered: { refused: 14 } };
    const [first, model] = analyse({ ...input, rows, teacher }).models;
    expect(model?.cost.times_cheaper_than_teacher).toBe(8);
    expect(first?.cost.per_1000_rows).toBe(8000);
  });
});

describe('names', () => {
  it('are told apart where a model is set beside itself', () => {
    const contenders = [contender('gpt-4', '10'), contender('gpt-4', '11')];
    const named = withUniqueNames('gpt-4', contenders);
    const input = analysisInput({ human: '10', teacher: '10' }, named);
    expect(Object.entries(analyse(input).rows.said)).toEqual([
      ['gpt-4', '10'],
      ['gpt-4 (2)', '10'],
      ['gpt-4 (3)', '11'],
    ]);
  });
});

describe('notes on the file', () => {
  const texts = ['same', 'Same ', 'x'];
  const input = analysisInput({ human: '100', teacher: '100', texts }, [contender('a', '000')]);

  it('count duplicates, and the rows that are left out since somebody learned from them', () => {
    const notesOf = (rows: number, ...by: { name: string; rows: number }[]) =>
      analyse({ ...input, data: { ...input.data, seen: { rows, by } } }).notes;
    const notes = notesOf(2, { name: 'train.jsonl', rows: 2 });
    expect(notes).toContain(
      '1 row repeats the text of an earlier row and is counted again; the intervals allow for it. [repeated-texts]',
    );
    expect(notes).toContain(
      '2 rows are left out, since a contender learned from them (train.jsonl). [rows-left-out]',
    );
    expect(notesOf(3, { name: 'student:a', rows: 1 }, { name: 'student:b', rows: 3 })).toContain(
      '3 rows are left out, since a contender learned from them (student:a: 1, student:b: 3). [rows-left-out]',
    );
    expect(notesOf(0).join()).not.toContain('left out');
  });

  it('warn of the head of a split, of which most rows were left out too', () => {
    const rows = [input.rows[0], input.rows[2]].flatMap((row) => row ?? []);
    const head = { ...input, rows, contenders: [contender('a', '00')] };
    const notesOf = (seen: number) => {
      const data = { ...input.data, dataset: 'toxicchat', seen: { rows: seen, by: [] } };
      return analyse({ ...head, data }).notes.filter((note) => note.includes('head of its split'));
    };
    expect(notesOf(1)).toHaveLength(1);
    expect(notesOf(0)).toHaveLength(0);
  });

  it('say what toxic rows of the same text are worth', () => {
    const repeated = analysisInput(
      { human: '1111', teacher: '1111', texts: ['a', 'A', 'a ', 'b'] },
      [contender('a', '1111')],
    );
    const report = analyse(repeated);
    expect(report.data.design_effect).toBe(2.5);
    const worth =
      '4 toxic rows are worth about 2, since several have the same text (design effect 2.50). [design-effect]';
    expect(report.notes).toContain(worth);
    expect(analyse(input).data.design_effect).toBeNull();
    const rows = repeated.rows.map((row, i) => ({ ...row, input: `text ${i}`, chat: i % 2 }));
    const settings = { ...repeated.settings, cluster: 'chat' };
    const byChat = analyse({ ...repeated, rows, settings });
    expect(byChat.settings.cluster).toBe('chat');
    expect(byChat.notes).toContain(
      worth.replace('text (design effect 2.50)', 'chat (design effect 2.00)'),
    );
  });

  it('point out the head of a split, also where the teacher left rows of it unanswered', () => {
    const data = { ...input.data, dataset: 'toxicchat', split: 'train' };
    const isHead = (note: string) => note.includes('head of its split');
    expect(analyse({ ...input, data }).notes.some(isHead)).toBe(true);
    const gaps = Array.from({ length: 98 }, (_, i) => ({
      ...labelledRow({ ds_original_idx: i < 40 ? i : i + 2 }),
    }));
    const sparse = { ...input, contenders: [], data, rows: gaps };
    expect(analyse(sparse).notes.some(isHead)).toBe(true);
    const rows = input.rows.map((row) => ({
      ...row,
      ds_original_idx: 3 * row.ds_original_idx,
    }));
    expect(analyse({ ...input, data, rows }).notes.some(isHead)).toBe(false);
  });

  it('show published results only where asked for', () => {
    const data = { ...input.data, dataset: 'toxicchat' };
    expect(analyse({ ...input, data }).baselines).toBeNull();
    const settings = { ...input.settings, baselines: true };
    const report = analyse({ ...input, data, settings });
    expect(report.baselines?.length).toBeGreaterThan(5);
    expect(report.notes.at(-1)).toContain('the file has 3 of the 5,083 rows of its split');
  });

  it('say that scores are no probabilities, and that few rows give AUROC too narrow an interval', () => {
    const scores = [0.9, 0.2, 0.1];
    const scored = (prompt: string) =>
      modelOf(analyse({ ...input, contenders: [contender('a', '100', { scores, prompt })] }), 'a');
    const endpoint = scored('moderation');
    expect(endpoint.figures.auroc?.value).toBe(1);
    expect(endpoint.figures).not.toHaveProperty('brier');
    expect(endpoint.figures).not.toHaveProperty('ece');
    expect(endpoint.notes).toContain(
      'Its scores are not probabilities, so they have no Brier score and no calibration. [not-probabilities]',
    );
    expect(scored('moderator@1').figures).toHaveProperty('brier');
    expect(
      scored('moderator@1').notes.some((note) => note.startsWith('Its AUROC is of 1 toxic row:')),
    ).toBe(true);
  });

  it('say that a model called nothing toxic', () => {
    expect(modelOf(analyse(input), 'a').notes).toContain('It called no row toxic. [none-positive]');
  });
});
