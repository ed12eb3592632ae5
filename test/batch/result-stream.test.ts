import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readResultLines } from '../../src/batch/result-stream.js';

const LINES = ['{"a":1}', '{"text":"é\u2028 and more"}', '{"c":3}', '{"d":"last"}'];
const CONTENT = Buffer.from(LINES.map((line) => `${line}\n`).join(''));

/** Sends the content from a byte on, in pieces, and breaks off where `cuts` says, in its order. */
async function read(cuts: readonly number[], piece: number, hasRanges: boolean, content = CONTENT) {
  const left = [...cuts];
  const ranges: (string | undefined)[] = [];
  const fetching = async (range: string | undefined) => {
    ranges.push(range);
    const from = hasRanges && range !== undefined ? Number(/\d+/.exec(range)?.[0]) : 0;
    const cut = left.shift();
    async function* body() {
      for (let at = from; at < content.length; at += piece) {
        if (cut !== undefined && at - from >= cut) throw new Error('it broke off');
        yield content.subarray(at, at + piece);
      }
    }
    return { status: from > 0 ? 206 : 200, body: body() };
  };
  const retrying = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if ((error as Error).message !== 'it broke off') throw error;
      }
    }
  };
  const lines: string[] = [];
  for await (const line of readResultLines(fetching, retrying)) lines.push(line);
  return { lines, ranges };
}

it('yields each line once, wherever the download breaks off and however it is cut', async () => {
  const cuts = fc.array(fc.nat(CONTENT.length), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      cuts,
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      async (at, piece, has) => {
        expect((await read(at, piece, has)).lines).toEqual(LINES);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

it('asks for what is missing alone', async () => {
  const { ranges } = await read([20], 10, true);
  expect(ranges).toEqual([undefined, 'bytes=8-']);
});

it('hands over a last line without its newline, for its reader to judge', async () => {
  const cut = CONTENT.subarray(0, -4);
  expect((await read([], 7, false, cut)).lines.at(-1)).toBe('{"d":"las');
});
