import { APIError } from 'openai';
import { z } from 'zod';
import type { ChatMessage } from '../prompts/index.js';
import { withoutText } from '../requests/failures.js';

/** What a request asks for beside the messages. */
const parametersSchema = z.strictObject({
  temperature: z.literal(0).exactOptional(),
  max_tokens: z.int().positive().exactOptional(),
  max_completion_tokens: z.int().positive().exactOptional(),
  logprobs: z.literal(true).exactOptional(),
  top_logprobs: z.int().positive().exactOptional(),
  /** vLLM's name for what a reply is held to, then llama.cpp's, then OpenAI's. */
  structured_outputs: z.strictObject({ choice: z.array(z.string()) }).exactOptional(),
  grammar: z.string().exactOptional(),
  response_format: z
    .strictObject({
      type: z.literal('json_schema'),
      json_schema: z.strictObject({
        name: z.string(),
        strict: z.literal(true),
        schema: z.record(z.string(), z.unknown()),
      }),
    })
    .exactOptional(),
});
export type Parameters = Readonly<z.infer<typeof parametersSchema>>;

/** How requests are put to one server; adapted to what it refuses, and kept for the run. */
export const formSchema = z.strictObject({
  parameters: parametersSchema.readonly(),
  /** True where a server takes no system message: the instruction then opens the user's turn. */
  foldSystem: z.boolean(),
});
export type RequestForm = Readonly<z.infer<typeof formSchema>>;

const RENAMED: Partial<Record<keyof Parameters, keyof Parameters>> = {
  max_tokens: 'max_completion_tokens',
};

/**
 * Changes the form of a request after a 400 or 422 that refuses a part of it, or a 500 that does in so many
 * words: llama-cpp-python checks parameters late.
 *
 * @param rowText - what was judged: quoted in the error, it must not change how others are asked
 * @returns the new form and what changed, or undefined where the refusal names no part of it
 */
export function adaptForm(
  form: RequestForm,
  error: unknown,
  rowText: string,
): { form: RequestForm; change: string } | undefined {
  if (!(error instanceof APIError)) return undefined;
  const message = withoutText(error.message, rowText);
  if (error.status === 500) return without(lateRefusal(message, form.parameters), form);
  if (error.status !== 400 && error.status !== 422) return undefined;
  if (!form.foldSystem && NO_SYSTEM.test(message)) {
    const change = 'it takes no system message: the instruction opens the user message';
    return { form: { ...form, foldSystem: true }, change };
  }
  return without(refusedParameter(error.param, message, form.parameters), form);
}

function without(refused: keyof Parameters | undefined, form: RequestForm) {
  if (!refused) return undefined;
  if (refused === 'logprobs' || refused === 'top_logprobs') {
    const { logprobs: _, top_logprobs: __, ...rest } = form.parameters;
    return {
      form: { ...form, parameters: rest },
      change: 'it refuses logprobs: there are no scores',
    };
  }
  const { [refused]: value, ...rest } = form.parameters;
  const renamed = RENAMED[refused];
  if (renamed && typeof value === 'number') {
    return {
      form: { ...form, parameters: { ...rest, [renamed]: value } },
      change: `it refuses ${refused}: sending ${renamed} instead`,
    };
  }
  return { form: { ...form, parameters: rest }, change: `it refuses ${refused}: leaving it out` };
}

const NO_SYSTEM =
  /system (?:role|messages?|prompts?) (?:is |are )?not (?:supported|allowed)|(?:not support|no) (?:the )?system (?:role|message|prompt)|roles must alternate/i;

const ABOUT_PARAMETERS =
  /unsupported|not supported|unrecogni[sz]ed|unknown|unexpected|extra|not permitted|not allowed|deprecated/i;

function refusedParameter(
  named: string | null | undefined,
  message: string,
  parameters: Parameters,
): keyof Parameters | undefined {
  const sent = Object.keys(parameters) as (keyof Parameters)[];
  const refused = sent.find((name) => name === named);
  if (refused) return refused;
  const isNamed = (name: keyof Parameters) => new RegExp(`\\b${name}\\b`).test(message);
  const held = sent.find((name) => CONSTRAINTS.has(name) && isNamed(name));
  return held ?? (ABOUT_PARAMETERS.test(message) ? sent.find(isNamed) : undefined);
}

/** A server says of these also that they are invalid, or that it could not compile them. */
const CONSTRAINTS: ReadonlySet<keyof Parameters> = new Set([
  'structured_outputs',
  'grammar',
  'response_format',
]);

/** What a 500 refuses: named as not supported, or as the place of a validation error of pydantic's. */
const lateRefusal = (message: string, parameters: Parameters) =>
  (Object.keys(parameters) as (keyof Parameters)[]).find(
    (name) =>
      message.includes(`${name} is not supported`) ||
      (message.includes('validation error') && message.includes(`'loc': ('body', '${name}'`)),
  );

/** The messages as this server takes them. */
export function formMessages(
  messages: readonly ChatMessage[],
  { foldSystem }: RequestForm,
): ChatMessage[] {
  if (!foldSystem) return [...messages];
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const user = messages.filter(({ role }) => role === 'user').map(({ content }) => content);
  return [{ role: 'user', content: [...system, ...user].join('\n\n') }];
}
