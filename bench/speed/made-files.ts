import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const WORDS =
  'the a of what is how do you me please write about code why fuck idiot story poem'.split(' ');
const BLOCK = 1_000;

/** The rows that files are made of: the same in each run, a tenth of them positive. */
function* texts(rows: number): Generator<{ text: string; isPositive: boolean; score: number }> {
  const random = xoroshiro128plus(14);
  for (let index = 0; index < rows; index++) {
    const length = uniformInt(random, 5, 25);
    const words = Array.from({ length }, () => WORDS[uniformInt(random, 0, WORDS.length - 1)]);
    const isPositive = uniformInt(random, 1, 10) === 1;
    const score =
      uniformInt(random, isPositive ? 300_000 : 0, isPositive ? 999_999 : 600_000) / 1e6;
    yield { text: `${words.join(' ')} ${index}`, isPositive, score };
  }
}

/** @returns the path */
export function writeJsonl(path: string, rows: Iterable<object>): string {
  const descriptor = openSync(path, 'w');
  let block: string[] = [];
  const flush = () => {
    writeSync(descriptor, block.join(''));
    block = [];
  };
  for (const row of rows) {
    block.push(`${JSON.stringify(row)}\n`);
    if (block.length === BLOCK) flush();
  }
  flush();
  closeSync(descriptor);
  return path;
}

/** A file of labels as `collect` and `evaluate` write it. */
export function makeLabels(
  folder: string,
  rows: number,
  { name, model, scores }: { name: string; model: string; scores: boolean },
): string {
  function* labels() {
    let index = 0;
    for (const { text, isPositive, score } of texts(rows)) {
      yield {
        input: text,
        prediction: score >= 0.5 ? 'toxic' : 'not toxic',
        origin: 'user',
        human_check: true,
        true_label: isPositive ? 'toxic' : 'not toxic',
        is_jailbreaking: 0,
        ds_original_idx: index++,
        model,
        provider: 'openai',
        prompt: 'moderator@0123456789ab',
        dataset: 'made',
        split: null,
        usage: { prompt_tokens: 210, completion_tokens: 2 },
        cost_usd: 0.000_035,
        latency_ms: 412.125,
        ...(scores ? { score } : {}),
      };
    }
  }
  return writeJsonl(join(folder, name), labels());
}

/** The texts of a dataset, in order. */
export function* datasetTexts(rows: number): Generator<string> {
  for (const { text } of texts(rows)) yield text;
}

/** A dataset: texts and what people said of them. */
export function makeDataset(folder: string, rows: number): string {
  function* samples() {
    for (const { text, isPositive } of texts(rows)) {
      yield { text, label: isPositive ? 'toxic' : 'not toxic' };
    }
  }
  return writeJsonl(join(folder, 'dataset.jsonl'), samples());
}

/**
 * The results of shards of requests, as a runner writes them, each in an order of its own.
 *
 * @returns the paths
 */
export function makeResults(shards: string): string[] {
  mkdirSync(join(shards, 'results'));
  return readdirSync(join(shards, 'requests')).map((name) => {
    const requests = readFileSync(join(shards, 'requests', name), 'utf8')
      .trimEnd()
      .split('\n');
    const ids = requests.map((line) => String(JSON.parse(line).custom_id)).sort();
    return writeJsonl(join(shards, 'results', name), ids.map(resultOf));
  });
}

const resultOf = (id: string, place: number) => ({
  id: `vllm-${id}`,
  custom_id: id,
  response: { status_code: 200, request_id: `vllm-batch-${id}`, body: completionOf(id, place) },
  error: null,
});

const completionOf = (id: string, place: number) => ({
  id: `chatcmpl-${id}`,
  object: 'chat.completion',
  created: 1_790_000_000,
  model: 'org/guard',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: place % 14 === 0 ? 'toxic' : 'not toxic' },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 180, total_tokens: 183, completion_tokens: 3 },
});
