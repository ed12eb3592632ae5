import type { Env } from '../env.js';

/** Shorter values cannot be told from ordinary text. */
const SHORTEST = 4;

/** What servers without keys are given for one, and names of ours that would be lost with it. */
const PLACEHOLDERS = new Set(
  'none null empty dummy test fake token unused not-needed no-key no-key-required sk-no-key-required changeme local localhost openai octoai openpipe openrouter together deepinfra groq mistral fireworks ollama vllm llamacpp llama.cpp lmstudio lm-studio custom true false'.split(
    ' ',
  ),
);

/** Whether a value can be a secret: long enough, and no placeholder. */
export const isSecret = (value: string): boolean =>
  value.length >= SHORTEST && !PLACEHOLDERS.has(value.toLowerCase());

const NAMED_SO =
  /(?:^|_)(?:API_?KEYS?|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS?|AUTH|PAT)$|^OPENAI_(?:ORG|ORGANIZATION|PROJECT)(?:_ID)?$/i;
const HEADERS = /(?:^|_)HEADERS?$/i;
const PROXY = /^(?:https?|all)_proxy$/i;
const OWN_ADDRESS = /_BASE_URL$|^HF_ENDPOINT$/;

/** A scheme of HTTP authentication, which is no part of its secret. */
const SCHEME = /^(?:bearer|basic|token|apikey|digest)\s+/i;

/**
 * The secrets of an environment: values of variables that are named as keys, tokens or passwords,
 * OpenAI's organisation and project, custom headers, and what addresses hold.
 */
export const secretsOf = (env: Env): string[] =>
  Object.entries(env).flatMap(([name, value = '']) => {
    const inAddress = secretsInAddress(value, {
      bare: PROXY.test(name),
      query: OWN_ADDRESS.test(name) || PROXY.test(name),
    });
    if (HEADERS.test(name)) return [...inAddress, ...headerValues(value)];
    return NAMED_SO.test(name) ? [...inAddress, value, value.replace(SCHEME, '')] : inAddress;
  });

/** `Name: value` lines, as OPENAI_CUSTOM_HEADERS has them. */
const headerValues = (lines: string): string[] =>
  lines
    .split(/\r?\n|\\n/)
    .map((line) => line.replace(/^[^:]*:\s*/, '').trim())
    .map((value) => value.replace(SCHEME, ''));

/**
 * The secrets of a web address: its password, a user name that stands alone, both as Basic
 * authentication sends them, and the values of its query.
 *
 * @param options - `bare`: it may lack `http://`, as a proxy's; `query`: every value of the query is
 *   a secret, but for a version; otherwise only those named as keys
 */
export function secretsInAddress(
  address: string,
  { bare = false, query = true }: { readonly bare?: boolean; readonly query?: boolean } = {},
): string[] {
  const full = bare && !/^[a-z][\w+.-]*:\/\//i.test(address) ? `http://${address}` : address;
  if (!/^[a-z][\w+.-]*:\/\//i.test(full) || !URL.canParse(full)) return [];
  const { username, password, searchParams } = new URL(full);
  const user = decode(username);
  const pass = decode(password);
  const login = pass === '' ? [user] : [pass, btoa8(`${user}:${pass}`)];
  const values = [...searchParams].flatMap(([name, value]) =>
    (query && !/version$/i.test(name)) || /key|token|secret|sig|auth|code|pass/i.test(name)
      ? [value]
      : [],
  );
  return [...(user + pass === '' ? [] : login), ...values];
}

const btoa8 = (text: string) => Buffer.from(text, 'utf8').toString('base64').replace(/=+$/, '');

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
