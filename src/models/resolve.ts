import leven from 'leven';
import type { Env } from '../env.js';
import { show, UserError } from '../errors.js';
import { ALIASES, type Route } from './aliases.js';
import { PROVIDERS, type Provider, providerNamed } from './providers.js';

/** Where a model is, and what opens it. */
export interface Target {
  readonly provider: string;
  /** The id as it is sent. */
  readonly id: string;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  /** Said to the user where the name did not lead where it used to. */
  readonly note?: string;
}

export interface ResolveOptions {
  readonly env: Env;
  /** Today as YYYY-MM-DD: some routes have ended. */
  readonly today: string;
  /** Any OpenAI-compatible server: the name is then its id for the model, as it stands. */
  readonly baseUrl?: string | undefined;
  /** The variable with that server's key. */
  readonly apiKeyEnv?: string | undefined;
  /** For a run that sends nothing. */
  readonly withoutKey?: boolean;
}

/** The embedded model; it is nowhere. */
export const EMBEDDED = 'wordlist';

/** What the file of a student comes after. */
export const STUDENT = 'student:';

/** Every form that a model's name may have. */
export const MODEL_NAMES = [
  EMBEDDED,
  `${STUDENT}FILE`,
  ...Object.keys(ALIASES),
  'openpipe:NAME',
  'moderation:ID',
  'PROVIDER:ID',
];

/**
 * Finds the server and the id that a model's name stands for.
 *
 * @throws UserError when the name is unknown, or nothing is configured that could serve it
 */
export function resolveModel(name: string, options: ResolveOptions): Target {
  if (options.baseUrl !== undefined) return customTarget(name, options.baseUrl, options);
  const routes = Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
  if (routes) return resolveAlias(name, routes, options);
  const [prefix = '', id] = splitOnce(name, ':');
  const provider = providerNamed(prefix);
  if (!provider || !id) throw unknownModel(name);
  // A tuned model keeps its prefix: it is part of the id that OpenPipe's protocol sends.
  return openProvider(provider, provider.name === 'openpipe' ? name : id, options);
}

function customTarget(id: string, baseUrl: string, { env, apiKeyEnv }: ResolveOptions): Target {
  checkAddress('--base-url', baseUrl);
  if (apiKeyEnv !== undefined && env[apiKeyEnv] === undefined) {
    throw new UserError(`--api-key-env names ${apiKeyEnv}, which is not set`, {
      hint: `set ${apiKeyEnv} in the environment or in .env`,
    });
  }
  return {
    provider: 'custom',
    id,
    baseUrl,
    apiKey: apiKeyEnv === undefined ? undefined : readKey(apiKeyEnv, env),
  };
}

function resolveAlias(
  name: string,
  routes: readonly [Route, ...Route[]],
  options: ResolveOptions,
): Target {
  const { env, today } = options;
  const served = routes.filter(({ shutDown }) => shutDown === undefined || today < shutDown);
  const route = served.find((candidate) => isConfigured(providerOf(candidate), env));
  if (!route) throw nothingConfigured(name, served, env);
  const [original] = routes;
  const target = openProvider(providerOf(route), route.id, options);
  return route === original ? target : { ...target, note: describeDetour(original, route, today) };
}

function describeDetour(original: Route, taken: Route, today: string): string {
  const { ended, name } = providerOf(original);
  const isShutDown = original.shutDown !== undefined && original.shutDown <= today;
  const reason = isShutDown
    ? `${original.id} was shut down on ${original.shutDown}`
    : (ended?.story ?? `${name} is not configured`);
  const isSameProvider = taken.provider === original.provider;
  const using = isSameProvider ? taken.id : `${taken.id} at ${taken.provider}`;
  return `${reason}: using ${using}; pin another with -m ${isSameProvider ? taken.provider : 'PROVIDER'}:ID`;
}

/** Without a configured route there is none that works by accident: say what would open each. */
function nothingConfigured(name: string, served: readonly Route[], env: Env): UserError {
  const ways = served.map((route) => {
    const provider = providerOf(route);
    return `  ${openedBy(provider)} for ${route.id} at ${provider.name}`;
  });
  const tokenAlone = served
    .map(providerOf)
    .find(({ ended, keyEnv }) => ended !== undefined && env[keyEnv] !== undefined);
  const story = tokenAlone?.ended
    ? ` (${tokenAlone.keyEnv} is set, but ${tokenAlone.ended.story})`
    : '';
  return new UserError(`nothing is configured that serves ${name}${story}`, {
    hint: `set one of these in the environment or in .env:\n${ways.join('\n')}`,
  });
}

const openedBy = ({ ended, needsKey, keyEnv, baseUrlEnv }: Provider) =>
  ended || !needsKey ? `${baseUrlEnv}=URL` : `${keyEnv}=KEY`;

function openProvider(
  provider: Provider,
  id: string,
  { env, withoutKey = false }: ResolveOptions,
): Target {
  const { name, ended, baseUrlEnv, keyEnv, needsKey } = provider;
  const apiKey = readKey(keyEnv, env);
  const baseUrl = ownBaseUrl(provider, env) ?? provider.baseUrl;
  if (baseUrl === undefined) {
    throw new UserError(`${ended?.story ?? `${name} has no usual address`}`, {
      hint: `set ${baseUrlEnv} to an OpenAI-compatible server that has the model, or name another with -m`,
    });
  }
  if (needsKey && apiKey === undefined && !withoutKey) {
    throw new UserError(`${keyEnv} is not set, and ${name} needs it`, {
      hint: `set ${keyEnv} in the environment or in .env, or take -m ${EMBEDDED}, which needs no key`,
    });
  }
  return { provider: name, id, baseUrl, apiKey };
}

function isConfigured(provider: Provider, env: Env): boolean {
  if (provider.needsKey) return env[provider.keyEnv] !== undefined || provider.name === 'openai';
  return ownBaseUrl(provider, env) !== undefined;
}

/** The address a user set, unless it is that of a hosted service which is gone. */
function ownBaseUrl({ baseUrlEnv, ended }: Provider, env: Env): string | undefined {
  const url = env[baseUrlEnv];
  if (url === undefined) return undefined;
  checkAddress(baseUrlEnv, url);
  return new URL(url).host === ended?.host ? undefined : url;
}

/** @throws UserError when a base URL is none, or holds a password, which errors would show */
function checkAddress(source: string, url: string): void {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UserError(`${source} is ${show(url)}, not a web address`, {
      hint: 'give one such as http://localhost:8000/v1',
    });
  }
  const { username, password } = new URL(url);
  if (username || password) {
    throw new UserError(`${source} holds a user name or a password`, {
      hint: 'take it out of the address, and give a key in a variable of its own',
    });
  }
}

/** @throws UserError when the key has a character that no HTTP header can carry */
function readKey(name: string, env: Env): string | undefined {
  const key = env[name];
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key)) {
    throw new UserError(`${name} holds a character that no key has, such as a line break`, {
      hint: 'copy the key again, with nothing around it',
    });
  }
  return key;
}

function providerOf({ provider: name }: Route): Provider {
  const provider = providerNamed(name);
  if (!provider) throw new Error(`the alias table names an unknown provider: ${name}`);
  return provider;
}

function unknownModel(name: string): UserError {
  const [prefix = '', id] = splitOnce(name, ':');
  const providers = PROVIDERS.map((provider) => provider.name);
  const nearest =
    id === undefined
      ? nearestTo(name, [EMBEDDED, ...Object.keys(ALIASES)])
      : nearestTo(prefix, [STUDENT.slice(0, -1), ...providers]).map(
          (provider) => `${provider}:${id}`,
        );
  const suggestion = nearest.length > 0 ? `did you mean ${nearest.join(' or ')}? ` : '';
  return new UserError(`unknown model ${show(name)}`, {
    hint: `${suggestion}Names are ${MODEL_NAMES.join(', ')}, with PROVIDER one of ${providers.join(', ')}`,
  });
}

function nearestTo(name: string, candidates: readonly string[]): string[] {
  return candidates
    .map((candidate) => ({ candidate, distance: leven(name.toLowerCase(), candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
