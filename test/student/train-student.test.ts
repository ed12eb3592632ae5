import { describe, expect, it } from 'vitest';
import { crossValidatedFigures, outOfFoldLogits } from '../../src/student/cross-validation.js';
import type { Example } from '../../src/student/examples.js';
import { countAll } from '../../src/student/feature-matrix.js';
import { stratifiedFolds } from '../../src/student/folds.js';
import { ngramPart, type Part } from '../../src/student/parts.js';
import { scorerOf } from '../../src/student/scorer.js';
import { renderStudent } from '../../src/student/student-file.js';
import { trainStudent } from '../../src/student/train-student.js';
import { hashEmbedder, makeExamples, seededDraw } from '../helpers/examples.js';

const breathe = async () => {};
const settings = { labels: 'teacher', teacher: null, seed: 5 } as const;

/** Texts of words that stand in no other text, with labels that nothing can tell. */
function noiseExamples(count: number): Example[] {
  const draw = seededDraw(9);
  return Array.from({ length: count }, (_, i) => {
    const letters = () => String.fromCodePoint(...Array.from({ length: 8 }, () => 97 + draw(26)));
    const positive = i % 2 === 0;
    return { input: `${letters()} ${letters()}`, positive, target: positive ? 1 : 0 };
  });
}

describe('trainStudent', () => {
  it('learns which words make a text toxic', async () => {
    const student = await trainStudent(makeExamples(300), settings);
    expect(student.report.ngrams?.f1).toBeGreaterThan(0.75);
    expect(student.report.ngrams?.auprc).toBeGreaterThan(0.7);
    const scorer = scorerOf(student);
    const rough = scorer('music in the garden, you dimwit');
    const plain = scorer('music in the garden, on a mountain');
    expect([rough.label, plain.label]).toEqual(['toxic', 'not toxic']);
    expect(rough.score).toBeGreaterThan(student.threshold);
    expect(plain.score).toBeLessThan(student.threshold);
    expect(student.data).toMatchObject({ rows: 300, positive: 75, soft: 0 });
  });

  it('gives the same bytes for the same seed and examples, others for another seed', async () => {
    const examples = makeExamples(100);
    const bytes = async (seed: number) =>
      renderStudent(await trainStudent(examples, { ...settings, seed }));
    const first = await bytes(5);
    expect(await bytes(5)).toBe(first);
    expect(await bytes(6)).not.toBe(first);
  });

  it('gives scores that can be read as probabilities', async () => {
    const { report } = await trainStudent(makeExamples(400, { noise: 0.2 }), settings);
    expect(report.ngrams?.ece).toBeLessThan(0.1);
    expect(report.ngrams?.brier).toBeLessThan(0.25 * 0.75);
  });

  it("learns the teacher's scores where there are any", async () => {
    const sure = makeExamples(200, { noise: 0 });
    const doubtful = sure.map((example) => ({ ...example, target: example.positive ? 0.6 : 0.2 }));
    const text = 'river garden bread letter window snotface 400';
    const score = async (examples: Example[]) =>
      scorerOf(await trainStudent(examples, settings))(text).score;
    expect(await score(sure)).toBeGreaterThan(0.85);
    expect(Math.abs((await score(doubtful)) - 0.6)).toBeLessThan(0.12);
  });

  it('refuses what cannot be divided into folds', async () => {
    const examples = makeExamples(16).filter(({ positive }, i) => !positive || i > 4);
    await expect(trainStudent(examples, settings)).rejects.toThrow(
      'there are 2 toxic and 12 other rows to learn from',
    );
  });

  it('stops between fits when aborted', async () => {
    const stop = new AbortController();
    const fits: number[] = [];
    const training = trainStudent(makeExamples(40), {
      ...settings,
      signal: stop.signal,
      onFit: (done) => {
        fits.push(done);
        if (done === 2) stop.abort(new Error('stopped'));
      },
    });
    await expect(training).rejects.toThrow('stopped');
    // Also where it is no more than before, for a bar to stand there from the start.
    expect([...new Set(fits)]).toEqual([0, 1, 2]);
    expect(fits.lastIndexOf(0)).toBeGreaterThan(0);
  });

  it('stops within a fit when aborted', async () => {
    const stop = new AbortController();
    setImmediate(() => stop.abort(new Error('stopped')));
    const fits: number[] = [];
    const onFit = (done: number) => void fits.push(done);
    const options = { ...settings, signal: stop.signal, onFit };
    await expect(trainStudent(makeExamples(40), options)).rejects.toThrow('stopped');
    expect(fits).toEqual([]);
  });

  it('adds a head on embeddings, and reports each part and both together', async () => {
    const { embedder } = hashEmbedder();
    const examples = makeExamples(200);
    const vectors = await embedder.embed(examples.map(({ input }) => input));
    const embeddings = { id: embedder.id, vectors };
    const fits: string[] = [];
    const student = await trainStudent(examples, {
      ...settings,
      embeddings,
      onFit: (done, total) => fits.push(`${done}/${total}`),
    });
    expect(fits.at(-1)).toBe('12/12');
    const { ngrams, embeddings: head, average } = student.report;
    expect(ngrams?.auprc).toBeGreaterThan(0.5);
    expect(head?.auprc).toBeGreaterThan(0.4);
    expect(average?.auprc).toBeGreaterThan(0.5);
    expect(student.embedding).toMatchObject({ embedder: 'test:hash', dimensions: 16 });

    const scorer = scorerOf(student);
    const [vector] = await embedder.embed(['you dimwit']);
    expect(scorer('you dimwit', vector).label).toBe('toxic');
    expect(() => scorer('you dimwit')).toThrow('the embedding has 0 dimensions');
    const broken = vector?.with(3, Number.NaN);
    expect(() => scorer('you dimwit', broken)).toThrow('a number that is not finite');
  });
});

describe('examples of which a student picked some', () => {
  const drawn = makeExamples(160, { seed: 2 });
  const picked = makeExamples(80, { seed: 3, noise: 0 })
    .filter(({ positive }) => positive)
    .map((example) => ({ ...example, isUniform: false }));

  it('are all learned from, and judged by those that were drawn at random', async () => {
    const { data, report, out_of_fold } = await trainStudent([...drawn, ...picked], settings);
    expect(data.rows).toBe(180);
    expect(report.uniform).toEqual({ rows: 160, positive: 40 });
    expect(out_of_fold?.rows).toBe(160);
    // Judged by the picked ones too, which are easy, it would look much better.
    const flattered = await trainStudent(
      [...drawn, ...picked.map(({ isUniform: _, ...example }) => example)],
      settings,
    );
    expect(report.ngrams?.auprc).toBeLessThan((flattered.report.ngrams?.auprc ?? 0) - 0.02);
  });

  it('give no figures where those are too few', async () => {
    const negative = drawn.filter(({ positive }) => !positive);
    const { report, threshold } = await trainStudent([...negative, ...picked], settings);
    expect(report).toMatchObject({ ngrams: null, uniform: { rows: 120, positive: 0 } });
    expect(threshold).toBeGreaterThan(0);
  });
});

describe('no row has a part in its own judgement', () => {
  it('no text, nor its twin, is in the fit that gives its log odds', async () => {
    const examples = makeExamples(50);
    const all = [...examples, ...examples];
    const foldOf = stratifiedFolds(all, 5, 1);
    const spy: Part<ReadonlySet<string | undefined>> = {
      fit: (places) => new Set(places.map((place) => all[place]?.input)),
      logit: (seen, place) => (seen.has(all[place]?.input) ? 1 : 0),
    };
    expect(await outOfFoldLogits(spy, foldOf, { breathe })).toEqual(all.map(() => 0));
  });

  it('finds nothing where there is nothing to find', async () => {
    const examples = noiseExamples(400);
    const { report } = await trainStudent(examples, settings);
    expect(Math.abs((report.ngrams?.auprc ?? 0) - 0.5)).toBeLessThan(0.1);
    const part = ngramPart(examples, await countAll(examples, breathe));
    const everywhere = await part.fit([...examples.keys()], breathe);
    const leaked = examples.map((_, place) => part.logit(everywhere, place));
    const foldOf = stratifiedFolds(examples, 5, settings.seed);
    expect(crossValidatedFigures(leaked, examples, foldOf).auprc).toBeGreaterThan(0.99);
  });

  it('judges a row by the calibration and the threshold of the other folds', () => {
    // Fold 0 says 3 for positive and 2 for not; in all others the border lies between 0 and 1.
    const examples = makeExamples(100, { noise: 0 });
    const foldOf = examples.map((_, place) => Math.floor(place / 20));
    const logits = examples.map(({ positive }, place) => (place < 20 ? 2 : 0) + (positive ? 1 : 0));
    const { precision, recall } = crossValidatedFigures(logits, examples, foldOf);
    expect(recall).toBe(1);
    expect(precision).toBeCloseTo(25 / (25 + 15), 6);
  });
});
