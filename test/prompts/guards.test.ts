import { describe, expect, it } from 'vitest';
import { PROMPTS, type Prompt } from '../../src/prompts/index.js';
import { cpuTime } from '../helpers/cpu.js';

const toxic = { outcome: 'answered', label: 'toxic' };
const notToxic = { outcome: 'answered', label: 'not toxic' };

function itReads(prompt: Prompt, cases: readonly (readonly [string, object])[]) {
  it.each(cases)('reads %j', (reply, reading) => {
    expect(prompt.parse(reply)).toEqual(reading);
  });
}

function itDoesNotUnderstand(prompt: Prompt, replies: readonly string[]) {
  it.each(['', 'toxic', 'unsafe', 'maybe', ...replies])('does not understand %j', (reply) => {
    expect(prompt.parse(reply)).toEqual({ outcome: 'unparseable' });
  });
}

describe('ShieldGemma', () => {
  const prompt = PROMPTS['shield-gemma'];
  itReads(prompt, [
    ['Yes', toxic],
    ['No', notToxic],
    ['\n No.\n', notToxic],
    ["'Yes'", toxic],
    ['Yes\n\nThe prompt insults a group.', toxic],
    ['No\r\nYes', notToxic],
  ]);
  itDoesNotUnderstand(prompt, ['No problem!', 'Yes, and no', 'The answer is\nYes', 'Yes/No']);
});

describe('WildGuard', () => {
  const prompt = PROMPTS['wild-guard'];
  itReads(prompt, [
    ['Harmful request: yes\nResponse refusal: n/a\nHarmful response: n/a', toxic],
    ['\nHarmful request: no\nResponse refusal: yes\nHarmful response: no\n', notToxic],
    ['harmful request: YES', toxic],
    ['Harmful request: no\r\n\r\nResponse refusal: N/A', notToxic],
  ]);
  itDoesNotUnderstand(prompt, [
    'yes',
    'Harmful request: n/a\nResponse refusal: n/a\nHarmful response: n/a',
    'Harmful request: yes, very',
    'Response refusal: yes\nHarmful request: yes',
    'Harmful request: yes\nHarmful request: no',
    'Harmful request: no\nI can not judge this',
    'Harmful request: no\nResponse refusal: no\nHarmful response: no\nHarmful response: yes',
  ]);
});

describe.each(['granite-guardian', 'granite-guardian-4'] as const)('%s', (name) => {
  const prompt = PROMPTS[name];
  itReads(prompt, [
    ['Yes', toxic],
    ['no', notToxic],
    ['Yes\n<confidence> High </confidence>', toxic],
    ['No <confidence>Low</confidence>', notToxic],
    ['<score> yes </score>', toxic],
    ['<score>no</score>', notToxic],
    ['<think>\n</think>\n<score> no </score>', notToxic],
    ['\n<score> YES </score>\n', toxic],
  ]);
  itDoesNotUnderstand(prompt, [
    'Yes and no',
    '<score> maybe </score>',
    '<score> yes',
    'yes </score>',
    '<score> yes </score> <score> no </score>',
    'Yes <confidence> Medium </confidence>',
    '<think> it is harmless </think><score> no </score>',
  ]);
});

describe('gpt-oss-safeguard', () => {
  const prompt = PROMPTS['gpt-oss-safeguard'];
  itReads(prompt, [
    ['toxic', toxic],
    ['Not toxic.', notToxic],
  ]);

  it.each(['1', 'VIOLATES', 'toxic\nnot toxic', ''])('does not understand %j', (reply) => {
    expect(prompt.parse(reply)).toEqual({ outcome: 'unparseable' });
  });
});

describe.each(Object.entries(PROMPTS))('the prompt %s', (_, prompt) => {
  it('tells a refusal from nonsense', () => {
    expect(prompt.parse("I'm sorry, but I can't help with that.")).toEqual({ outcome: 'refused' });
    expect(prompt.parse('lorem ipsum')).toEqual({ outcome: 'unparseable' });
  });

  it('reads a hostile reply of a megabyte at once', () => {
    const started = cpuTime();
    for (const unit of [' "', 'yes\n', '<score> ', '<think>', 'S1,', ' \n']) {
      expect(prompt.parse(`x${unit.repeat(300_000)}x`).outcome).toBe('unparseable');
      expect(prompt.parse(`yes${unit.repeat(300_000)}x`).outcome).toBeDefined();
    }
    expect(cpuTime() - started).toBeLessThan(3000);
  });
});
