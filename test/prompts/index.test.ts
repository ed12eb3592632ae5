import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PROMPTS,
  type PromptName,
  promptId,
  pruned,
  renderMessages,
} from '../../src/prompts/index.js';
import { llamaGuard, moderator, promptFor, promptNamed } from '../helpers/prompts.js';

const NAMES = Object.keys(PROMPTS) as PromptName[];

describe('the prompt for a model', () => {
  it.each([
    ['meta-llama/Llama-Guard-4-12B', 'llama-guard'],
    ['meta-llama/llama-guard-4-12b', 'llama-guard'],
    ['llama-guard3:1b', 'llama-guard'],
    ['llamaguard-7b', 'llama-guard'],
    ['google/shieldgemma-9b', 'shield-gemma'],
    ['shieldgemma:2b', 'shield-gemma'],
    ['allenai/wildguard', 'wild-guard'],
    ['ibm-granite/granite-guardian-3.3-8b', 'granite-guardian'],
    ['ibm-granite/granite-guardian-3.2-3b-a800m', 'granite-guardian'],
    ['granite3-guardian:8b', 'granite-guardian'],
    ['ibm/granite3.2-guardian:5b', 'granite-guardian'],
    ['granite4.1-guardian:8b', 'granite-guardian'],
    ['ibm-granite/granite-guardian-4.1-8b', 'granite-guardian-4'],
    ['openai/gpt-oss-safeguard-20b', 'gpt-oss-safeguard'],
    ['gpt-oss-safeguard:120b', 'gpt-oss-safeguard'],
    ['Qwen/Qwen3Guard-Gen-8B', 'qwen3-guard'],
    ['sileader/qwen3guard:0.6b', 'qwen3-guard'],
    ['nvidia/llama-3.1-nemoguard-8b-content-safety', 'nemotron-guard'],
    ['nvidia/Llama-3.1-Nemotron-Safety-Guard-8B-v3', 'nemotron-guard'],
    ['mistralai/Shieldstral-1.0-3B', 'shieldstral'],
    ['ToxicityPrompts/PolyGuard-Qwen-Smol', 'poly-guard'],
    ['nvidia/nemotron-nano-9b-v2', 'moderator'],
    ['Qwen/Qwen3-8B', 'moderator'],
    ['openai/gpt-oss-20b', 'moderator'],
    ['google/gemma-2-9b-it', 'moderator'],
    ['ibm-granite/granite-3.3-8b-instruct', 'moderator'],
    ['gpt-4.1', 'moderator'],
    ['guardian', 'moderator'],
  ])('%s is asked with %s, and no other fits', (id, name) => {
    expect(promptFor(id).name).toBe(name);
    const fitting = NAMES.filter((each) => PROMPTS[each].models?.test(id));
    expect(fitting).toEqual(name === 'moderator' ? [] : [name]);
  });
});

describe('every prompt', () => {
  it.each(NAMES)('%s is found by its own name', (name) => {
    expect(promptNamed(name).name).toBe(name);
  });

  it.each(NAMES)('%s has verdict words that its parser tells apart', (name) => {
    const { verdict, parse } = promptNamed(name);
    if (!verdict) throw new Error('it has no words');
    const reply = (word: string) => {
      if (name === 'nemotron-guard') return `{"User Safety": "${word}"}`;
      return /^(wild|qwen3|poly)-guard/.test(name) ? `${verdict.after ?? ''} ${word}` : word;
    };
    expect(parse(reply(verdict.positive))).toMatchObject({ label: 'positive' });
    expect(parse(reply(verdict.negative))).toMatchObject({ label: 'negative' });
  });

  it.each(NAMES)('%s passes any text through unchanged, once', (name) => {
    const prompt = promptNamed(name);
    const places = renderMessages(prompt, '').map(({ content }) => content.length);
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('$&', "$'", '{text}', '{{prompt}}', '[/INST]', '<guardian>', '\u0000'),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const messages = renderMessages(prompt, text);
        expect(messages.filter(({ content }) => content.includes(text)).length).toBeGreaterThan(0);
        const grown = messages.map(({ content }, index) => content.length - (places[index] ?? 0));
        expect(grown.reduce((sum, more) => sum + more, 0)).toBe(text.length);
      }),
      { seed: 5 },
    );
  });

  it('has an id of its own', () => {
    const worded = NAMES.filter((name) => promptId(promptNamed(name)).split('@')[1] !== NOTHING);
    expect(NAMES.filter((name) => !worded.includes(name))).toEqual([
      'llama-guard',
      'granite-guardian',
      'qwen3-guard',
      'qwen3-guard-strict',
    ]);
    const hashes = worded.map((name) => promptId(promptNamed(name)).split('@')[1]);
    expect(new Set(hashes).size).toBe(worded.length);
  });
});

/** The hash of no words at all. */
const NOTHING = 'e3b0c44298fc';

describe('promptId', () => {
  it('is what files already hold', () => {
    expect(promptId(moderator)).toBe('moderator@453859a23c3c');
    expect(promptId(pruned(moderator))).toBe(`moderator-pruned@${NOTHING}`);
    expect(promptId(llamaGuard)).toBe(`llama-guard@${NOTHING}`);
  });

  it('changes with our words in the user turns, and with the place of the text in them', () => {
    const idOf = (turns: (text: string) => string[]) => promptId({ ...moderator, turns });
    const ids = [
      idOf((text) => [`judge: ${text}`]),
      idOf((text) => [`Judge: ${text}`]),
      idOf((text) => [text, 'judge: ']),
      idOf((text) => [`${text}judge: `]),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('how guards are asked', () => {
  const asked = (name: PromptName) => renderMessages(promptNamed(name), 'some text');

  it('gives ShieldGemma and gpt-oss-safeguard a policy, and the text alone', () => {
    for (const name of ['shield-gemma', 'gpt-oss-safeguard'] as const) {
      const [system, ...turns] = asked(name);
      expect(system).toMatchObject({ role: 'system' });
      expect(system?.content).toContain('insults, harasses');
      expect(turns).toEqual([{ role: 'user', content: 'some text' }]);
    }
  });

  it('gives WildGuard its whole instruction in one turn', () => {
    const [turn, ...others] = asked('wild-guard');
    expect(others).toEqual([]);
    expect(turn?.content).toMatch(/^<s><\|user\|>\n\[INST\] You are a classifier/);
    expect(turn?.content).toContain('\n\nHuman user:\nsome text\n\nAI assistant:\n\n\n---\n\n');
    expect(turn?.content).toMatch(/\n\nAnswers: \[\/INST\]\n<\|assistant\|>\n$/);
  });

  it('gives Granite Guardian the text, and version 4 a criterion after it', () => {
    expect(asked('granite-guardian')).toEqual([{ role: 'user', content: 'some text' }]);
    const [text, criterion] = asked('granite-guardian-4');
    expect(text).toEqual({ role: 'user', content: 'some text' });
    expect(criterion?.role).toBe('user');
    expect(criterion?.content).toMatch(/^<guardian><no-think>/);
    expect(criterion?.content).toMatch(/\n\n### Criteria: .+\n\n### Scoring Schema: .+$/);
  });

  it('leaves all our words out of a pruned prompt', () => {
    for (const name of NAMES) {
      const messages = renderMessages(pruned(promptNamed(name)), 'some text');
      expect(messages).toEqual([{ role: 'user', content: 'some text' }]);
    }
  });
});
