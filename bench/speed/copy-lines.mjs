/**
 * The anchor of a run that asks nobody: each row is read and parsed, and handed to the system as a
 * line of its own, as a run does, with the keys of a label.
 */
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [from, to] = process.argv.slice(2);
const out = openSync(to, 'w');
let index = 0;
for await (const line of createInterface({ input: createReadStream(from) })) {
  const { text, label } = JSON.parse(line);
  const row = {
    input: text,
    prediction: label,
    origin: 'user',
    human_check: null,
    true_label: label,
    is_jailbreaking: null,
    ds_original_idx: index++,
    model: 'wordlist',
    provider: 'wordlist',
    prompt: 'none',
    dataset: from,
    split: null,
    usage: null,
    cost_usd: 0,
    latency_ms: 0,
  };
  writeSync(out, `${JSON.stringify(row)}\n`);
}
closeSync(out);
