import { describe, expect, it } from 'vitest';
import { EXIT, UserError } from '../../src/errors.js';
import type { Classifier } from '../../src/models/index.js';
import { type Judged, label } from '../../src/run/label.js';
import type { Sample } from '../../src/sample.js';
import type { Verdict } from '../../src/verdict.js';
import { gate } from '../helpers/gate.js';

const answered: Verdict = {
  outcome: 'answered',
  label: 'positive',
  raw: 'positive',
  usage: null,
  costUsd: null,
  latencyMs: 0,
};
const failed: Verdict = {
  outcome: 'failed',
  error: 'HTTP 503',
  retryable: true,
  raw: '',
  usage: null,
  costUsd: null,
  latencyMs: 0,
};

/** Samples that count how many were read. */
function source(total: number) {
  const counter = { read: 0 };
  async function* samples(): AsyncGenerator<Sample> {
    for (let index = 0; index < total; index++) {
      counter.read += 1;
      yield {
        id: null,
        index,
        text: `${index}`,
        label: null,
        humanChecked: null,
        jailbreaking: null,
      };
    }
  }
  return { counter, samples: samples() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function drain(judged: AsyncIterable<Judged>): Promise<number[]> {
  const indices: number[] = [];
  for await (const { sample } of judged) indices.push(sample.index);
  return indices;
}

describe('label', () => {
  it('yields every sample once', async () => {
    const { samples } = source(500);
    const indices = await drain(label(samples, async () => answered, { concurrency: 7 }));
    expect(indices.sort((a, b) => a - b)).toEqual([...Array(500).keys()]);
  });

  it('yields a verdict while others are still awaited', async () => {
    const { samples } = source(3);
    const blocked = gate();
    const classify: Classifier = async ({ index }) => {
      if (index !== 1) await blocked.opened;
      return answered;
    };
    const verdicts = label(samples, classify, { concurrency: 3 });
    expect((await verdicts.next()).value?.sample.index).toBe(1);
    blocked.open();
    expect((await drain(verdicts)).length).toBe(2);
  });

  it('reads no further ahead than twice the requests it may make', async () => {
    const { samples, counter } = source(1000);
    const blocked = gate();
    const verdicts = label(
      samples,
      async () => {
        await blocked.opened;
        return answered;
      },
      { concurrency: 5 },
    );
    const first = verdicts.next();
    for (let i = 0; i < 50; i++) await turn();
    expect(counter.read).toBe(10);
    blocked.open();
    await first;
    await verdicts.return(undefined);
    expect(counter.read).toBeLessThan(30);
  });

  it('asks nothing new once aborted, but yields what is in flight', async () => {
    const { samples, counter } = source(1000);
    const stop = new AbortController();
    let asked = 0;
    const classify: Classifier = async () => {
      asked += 1;
      if (asked === 10) stop.abort();
      await turn();
      return answered;
    };
    const indices = await drain(label(samples, classify, { concurrency: 4, signal: stop.signal }));
    expect(indices.length).toBe(asked);
    expect(asked).toBeLessThan(15);
    expect(counter.read).toBeLessThan(25);
  });

  it('tells the classifier at once, with the reason, when aborted', async () => {
    const { samples } = source(10);
    const stop = new AbortController();
    const reasons: unknown[] = [];
    const classify: Classifier = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(signal.reason);
        });
        setImmediate(() => stop.abort('enough'));
      });
    const options = { concurrency: 2, signal: stop.signal };
    expect(await drain(label(samples, classify, options))).toEqual([]);
    expect(reasons).toEqual(['enough', 'enough']);
  });

  it('throws what the classifier rejects with, after what else was answered', async () => {
    const { samples } = source(100);
    const indices: number[] = [];
    const blocked = gate();
    const classify: Classifier = async ({ index }) => {
      if (index === 3) throw new UserError('no credit', { exitCode: EXIT.couldNotFinish });
      if (index < 3) await blocked.opened;
      return answered;
    };
    setImmediate(blocked.open);
    const run = async () => {
      for await (const { sample } of label(samples, classify, { concurrency: 4 })) {
        indices.push(sample.index);
      }
    };
    await expect(run()).rejects.toThrow('no credit');
    expect(indices).toEqual(expect.arrayContaining([0, 1, 2]));
    expect(indices.length).toBeLessThan(10);
  });

  it('throws what reading the samples throws', async () => {
    async function* broken(): AsyncGenerator<Sample> {
      yield* source(2).samples;
      throw new UserError('line 3 is broken');
    }
    const verdicts = label(broken(), async () => answered, { concurrency: 1 });
    await expect(drain(verdicts)).rejects.toThrow('line 3 is broken');
  });

  it('gives up when failures do not cease', async () => {
    const { samples, counter } = source(1000);
    const run = drain(label(samples, async () => failed, { concurrency: 4 }));
    await expect(run).rejects.toThrow('25 rows in a row failed, the last with: HTTP 503');
    expect(counter.read).toBeLessThan(50);
  });

  it('goes on when failures are scattered', async () => {
    const { samples } = source(200);
    const classify: Classifier = async ({ index }) => (index % 20 === 0 ? answered : failed);
    expect((await drain(label(samples, classify, { concurrency: 1 }))).length).toBe(200);
  });
});
