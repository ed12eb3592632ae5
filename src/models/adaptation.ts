import { APIError } from 'openai';
import type { ChatMessage } from '../prompts/index.js';

/** What a request asks for beside the messages. */
export interface Parameters {
  readonly temperature?: 0;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
}

/** How requests are put to one server; adapted to what it refuses, and kept for the run. */
export interface RequestForm {
  readonly parameters: Parameters;
  /** True where a server takes no system message: the instruction then opens the user's turn. */
  readonly foldSystem: boolean;
}

const RENAMED: Partial<Record<keyof Parameters, keyof Parameters>> = {
  max_tokens: 'max_completion_tokens',
};

/**
 * Changes the form of a request after a 400 or 422 that refuses a part of it.
 *
 * @returns the new form and what changed, or undefined where the refusal names no part of it
 */
export function adaptForm(
  form: RequestForm,
  error: unknown,
): { form: RequestForm; change: string } | undefined {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422))
    return undefined;
  if (
    !form.foldSystem &&
    /system (?:role|message|prompt)|roles must alternate/i.test(error.message)
  ) {
    const change = 'it takes no system message: the instruction opens the user message';
    return { form: { ...form, foldSystem: true }, change };
  }
  const refused = refusedParameter(error, form.parameters);
  if (!refused) return undefined;
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

function refusedParameter(error: APIError, parameters: Parameters): keyof Parameters | undefined {
  const sent = Object.keys(parameters) as (keyof Parameters)[];
  const named = sent.find((name) => name === error.param);
  if (named) return named;
  const isAboutParameters =
    /unsupported|not supported|unrecogni[sz]ed|unknown|unexpected|extra|not permitted|not allowed|deprecated/i;
  if (!isAboutParameters.test(error.message)) return undefined;
  return sent.find((name) => new RegExp(`\\b${name}\\b`).test(error.message));
}

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
