import { describe, expect, it } from 'vitest';
import { PROMPTS, type Prompt, type PromptName, renderMessages } from '../../src/prompts/index.js';
import { cpuTime } from '../helpers/cpu.js';
import { promptNamed } from '../helpers/prompts.js';

const positive = { outcome: 'answered', label: 'positive' };
const negative = { outcome: 'answered', label: 'negative' };

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
  const prompt = promptNamed('shield-gemma');
  itReads(prompt, [
    ['Yes', positive],
    ['No', negative],
    ['\n No.\n', negative],
    ["'Yes'", positive],
    ['Yes\n\nThe prompt insults a group.', positive],
    ['No\r\nYes', negative],
  ]);
  itDoesNotUnderstand(prompt, ['No problem!', 'Yes, and no', 'The answer is\nYes', 'Yes/No']);
});

describe('WildGuard', () => {
  const prompt = promptNamed('wild-guard');
  itReads(prompt, [
    ['Harmful request: yes\nResponse refusal: n/a\nHarmful response: n/a', positive],
    ['\nHarmful request: no\nResponse refusal: yes\nHarmful response: no\n', negative],
    ['harmful request: YES', positive],
    ['Harmful request: no\r\n\r\nResponse refusal: N/A', negative],
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
  const prompt = promptNamed(name);
  itReads(prompt, [
    ['Yes', positive],
    ['no', negative],
    ['Yes\n<confidence> High </confidence>', positive],
    ['No <confidence>Low</confidence>', negative],
    ['<score> yes </score>', positive],
    ['<score>no</score>', negative],
    ['<think>\n</think>\n<score> no </score>', negative],
    ['\n<score> YES </score>\n', positive],
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

describe.each([
  ['qwen3-guard', negative],
  ['qwen3-guard-strict', positive],
] as const)('%s', (name, controversial) => {
  const prompt = promptNamed(name);
  itReads(prompt, [
    ['Safety: Safe\nCategories: None', negative],
    ['Safety: Safe', negative],
    ['Safety: Unsafe\nCategories: Violent', { ...positive, categories: ['Violent'] }],
    [
      '\nSafety: Unsafe\r\nCategories: Suicide & Self-Harm, PII\n',
      { ...positive, categories: ['Suicide & Self-Harm', 'PII'] },
    ],
    [
      'Safety: Controversial\nCategories: Politically Sensitive Topics',
      { ...controversial, categories: ['Controversial', 'Politically Sensitive Topics'] },
    ],
    ['Safety: Controversial', { ...controversial, categories: ['Controversial'] }],
  ]);
  itDoesNotUnderstand(prompt, [
    'Safety: Maybe',
    'Safety: Safe, Unsafe',
    'Safety: Unsafe Categories: Violent',
    'Categories: Violent\nSafety: Unsafe',
    'Safety: Unsafe\nCategories: Violent, Rude',
    'Safety: Unsafe\nCategories: Violent\nRefusal: No',
    'Safety: Safe\nSafety: Unsafe',
  ]);
});

describe('Nemotron Safety Guard', () => {
  const prompt = promptNamed('nemotron-guard');
  itReads(prompt, [
    ['{"User Safety": "safe"} ', negative],
    ['{"User Safety": "unsafe"}', positive],
    [
      '{"User Safety": "unsafe", "Safety Categories": "Criminal Planning/Confessions, Harassment"}',
      { ...positive, categories: ['Criminal Planning/Confessions', 'Harassment'] },
    ],
    ['{"User Safety": "safe", "Response Safety": "unsafe"}', negative],
  ]);
  itDoesNotUnderstand(prompt, [
    '{"User Safety": "Unsafe!"}',
    '{"Response Safety": "unsafe"}',
    '{"User Safety": ["unsafe"]}',
    '{"User Safety": "unsafe"} because it is',
    '{"User Safety": "unsafe"',
    '{"User Safety": "unsafe", "Safety Categories": ["Threat"]}',
    '"unsafe"',
    'null',
  ]);
});

describe('Shieldstral', () => {
  const prompt = promptNamed('shieldstral');
  itReads(prompt, [
    ['yes', positive],
    [' No.', negative],
  ]);
  itDoesNotUnderstand(prompt, ['yes and no', 'yes\nno', 'y']);
});

describe('PolyGuard', () => {
  const prompt = promptNamed('poly-guard');
  const reply = (harmful: string, violations: string) =>
    [
      `Harmful request: ${harmful}`,
      `Request safety violations: ${violations}`,
      'Response refusal: yes',
      'Harmful response: no',
      'Response safety violations: None',
    ].join('\n');
  itReads(prompt, [
    [reply('yes', 'S5'), { ...positive, categories: ['S5'] }],
    [reply('yes', 'S3, S4, S12'), { ...positive, categories: ['S3', 'S4', 'S12'] }],
    [reply('yes', 'S1,S10'), { ...positive, categories: ['S1', 'S10'] }],
    [reply('yes', 'None'), positive],
    [`\n${reply('no', 'None').replaceAll('\n', '\r\n')}\n`, negative],
    ['Harmful request: no', negative],
    ['Harmful request: yes\nResponse safety violations: S2', positive],
  ]);
  itDoesNotUnderstand(prompt, [
    'yes',
    'Harmful request: yes, very',
    'Harmful request: n/a',
    'Request safety violations: None\nHarmful request: no',
    'Harmful request: yes\nHarmful request: no',
    reply('yes', 'S15'),
    reply('yes', 'Hate'),
    `${reply('no', 'None')}\nIt is harmless`,
  ]);

  it('is asked as its makers ask it of a request that has no response yet', () => {
    const [system, user] = renderMessages(prompt, 'hi');
    expect(system?.content).toMatch(
      /S14: Code Interpreter Abuse\.\n<END UNSAFE CONTENT CATEGORIES>$/,
    );
    expect(user?.content).toBe('Human user:\nhi\n\nAI assistant:\n');
  });
});

describe('gpt-oss-safeguard', () => {
  const prompt = promptNamed('gpt-oss-safeguard');
  itReads(prompt, [
    ['toxic', positive],
    ['Not toxic.', negative],
  ]);

  it.each(['1', 'VIOLATES', 'toxic\nnot toxic', ''])('does not understand %j', (reply) => {
    expect(prompt.parse(reply)).toEqual({ outcome: 'unparseable' });
  });
});

describe.each(Object.keys(PROMPTS) as PromptName[])('the prompt %s', (name) => {
  const prompt = promptNamed(name);

  it('tells a refusal from nonsense', () => {
    expect(prompt.parse("I'm sorry, but I can't help with that.")).toEqual({ outcome: 'refused' });
    expect(prompt.parse('lorem ipsum')).toEqual({ outcome: 'unparseable' });
  });

  it('reads a hostile reply of hundreds of kilobytes at once', () => {
    const started = cpuTime();
    for (const unit of [' "', 'yes\n', '<score> ', '<think>', 'S1,', ' \n']) {
      expect(prompt.parse(`x${unit.repeat(100_000)}x`).outcome).toBe('unparseable');
      expect(prompt.parse(`yes${unit.repeat(100_000)}x`).outcome).toBeDefined();
    }
    expect(cpuTime() - started).toBeLessThan(1000);
  });
});
