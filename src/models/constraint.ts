import { show, UserError } from '../errors.js';
import { type Prompt, promptId } from '../prompts/index.js';
import type { Parameters } from './adaptation.js';
import { quirksOf } from './providers.js';
import { thinks } from './thinks.js';

/** When a server is asked to hold a model to the answers that count. */
export const CONSTRAIN = ['auto', 'always', 'never'] as const;
export type Constrain = (typeof CONSTRAIN)[number];

/** How a server is told so: vLLM's list, llama.cpp's grammar, OpenAI's JSON schema. */
export type Constraint = 'choice' | 'grammar' | 'schema';

/**
 * How a model is held to its answers; undefined where it is not. By default it is where the server is
 * known to do it with plain texts, unless the model has a format of its own, or thinks first.
 *
 * @throws UserError when it must be and the prompt has other answers than a list of texts
 */
export function constraintFor(
  { id, provider }: { readonly id: string; readonly provider: string },
  prompt: Prompt,
  when: Constrain = 'auto',
): Constraint | undefined {
  const { constraint, speaks } = quirksOf(provider);
  if (when === 'never') return undefined;
  if (when === 'auto') return prompt.choices && !thinks(id) ? constraint : undefined;
  if (speaks !== undefined) {
    throw new UserError(`\`constrain\` is always, and ${provider} is not asked for it`, {
      hint: 'leave it out',
    });
  }
  if (prompt.choices) return constraint ?? 'schema';
  throw new UserError(`\`constrain\` is always, and ${show(id)} has a format of its own`, {
    hint: `leave it out: with the prompt ${promptId(prompt).split('@')[0]} there is no list of answers`,
  });
}

/** What a request asks for so that the reply is one of a few texts. */
export function constraintParameters(
  constraint: Constraint | undefined,
  choices: readonly string[] = [],
): Parameters {
  if (constraint === 'choice') return { structured_outputs: { choice: [...choices] } };
  if (constraint === 'grammar') return { grammar: `root ::= ${choices.map(quoted).join(' | ')}` };
  if (constraint === 'schema') return { response_format: schemaOf(choices) };
  return {};
}

/** As GBNF writes a text: a quote, a backslash and a line break would end it, or the server. */
const quoted = (text: string) =>
  `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r')}"`;

/** The root is an object: OpenAI takes no other. */
const schemaOf = (choices: readonly string[]): NonNullable<Parameters['response_format']> => ({
  type: 'json_schema',
  json_schema: {
    name: 'answer',
    strict: true,
    schema: {
      type: 'object',
      properties: { [KEY]: { type: 'string', enum: [...choices] } },
      required: [KEY],
      additionalProperties: false,
    },
  },
});

const KEY = 'label';

/** Tokens for the JSON around an answer. */
const JSON_TOKENS = 16;

/** The same prompt, whose answer may stand in an object of {@link schemaOf}. */
export const answeredInJson = (prompt: Prompt): Prompt => ({
  ...prompt,
  answerTokens: prompt.answerTokens + JSON_TOKENS,
  verdict: prompt.verdict && { ...prompt.verdict, after: `"${KEY}"` },
  parse: (reply) => prompt.parse(valueIn(reply) ?? reply),
});

/** The answer in an object that has nothing else; a server that knows no schema sends none. */
function valueIn(reply: string): string | undefined {
  try {
    const value: unknown = JSON.parse(reply);
    if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return;
    const answer: unknown = Reflect.get(value, KEY);
    return typeof answer === 'string' ? answer : undefined;
  } catch {
    return undefined;
  }
}
