import type { Env } from '../env.js';
import { show, UserError } from '../errors.js';
import { ALIASES, type Route } from './aliases.js';
import type { SettledOptions } from './options.js';
import { CONTENT_SAFETY, CUSTOM, PROVIDERS, type Provider, providerNamed } from './providers.js';

/** Where a model is, and what opens it. */
export interface Target {
  readonly provider: string;
  /** The id as it is sent. */
  readonly id: string;
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  /** The variable for the key; undefined for a server whose key nobody named. */
  readonly keyEnv: string | undefined;
  /** What to tell the user where an alias does not lead where it used to. */
  readonly detour?: string;
}

type ResolveOptions = Pick<
  SettledOptions,
  'env' | 'today' | 'baseUrl' | 'apiKeyEnv' | 'withoutKey'
>;

/** The provider and the id of a `PROVIDER:ID`; undefined where the name is not one. */
export function parseProviderId(name: string): { provider: Provider; id: string } | undefined {
  const at = name.indexOf(':');
  const provider = at === -1 ? undefined : providerNamed(name.slice(0, at));
  const id = name.slice(at + 1);
  return provider && id !== '' ? { provider, id } : undefined;
}

/**
 * The server behind a `PROVIDER:ID`.
 *
 * @throws UserError when the provider is unknown or not configured
 */
export function providerTarget(name: string, options: ResolveOptions): Target {
  const parsed = parseProviderId(name);
  if (parsed) {
    const { provider, id } = parsed;
    return openProvider(provider, provider.keepsPrefix ? name : id, options);
  }
  throw new UserError(`${show(name)} names no model of a provider`, {
    hint: `write PROVIDER:ID, with PROVIDER one of ${PROVIDERS.map((each) => each.name).join(', ')}`,
  });
}

/**
 * The server of a model for moderation: `ID` of OpenAI, `PROVIDER:ID`, or `content-safety:severity-N`.
 *
 * @throws UserError when the provider is not configured, or not known to have any
 */
export function moderationTarget(name: string, options: ResolveOptions): Target {
  const [, severity] = new RegExp(`^${CONTENT_SAFETY.name}:(.+)$`).exec(name) ?? [];
  if (severity !== undefined) return openProvider(CONTENT_SAFETY, severity, options);
  const provider = parseProviderId(name)?.provider;
  if (!provider) return providerTarget(`openai:${name}`, options);
  if (provider.moderation) return providerTarget(name, options);
  throw new UserError(`no moderation endpoint of ${provider.name} is known`, {
    hint: 'name one that speaks the protocol of OpenAI with `baseUrl` URL `model` moderation:ID',
  });
}

/**
 * Any OpenAI-compatible server, at the address that the options give.
 *
 * @param id - its own id for the model
 * @throws UserError when the address is not a web address, or the variable for the key is not set
 */
export function customTarget(
  id: string,
  { baseUrl = '', apiKeyEnv: keyEnv, env }: ResolveOptions,
): Target {
  checkAddress('`baseUrl`', baseUrl);
  if (keyEnv !== undefined && env[keyEnv] === undefined) {
    throw new UserError(`\`apiKeyEnv\` names ${keyEnv}, which is not set`, {
      hint: `set ${keyEnv} in the environment or in .env`,
    });
  }
  const apiKey = keyEnv === undefined ? undefined : readKey(keyEnv, env);
  return { provider: CUSTOM, id, baseUrl, apiKey, keyEnv };
}

export const isAlias = (name: string) => Object.hasOwn(ALIASES, name);

/**
 * The first server that is configured and serves what an alias means.
 *
 * @throws UserError when there is none
 */
export function aliasTarget(name: string, options: ResolveOptions): Target {
  const routes = isAlias(name) ? ALIASES[name] : undefined;
  if (!routes) throw new Error(`${name} is no alias`);
  const { env, today } = options;
  const served = routes.filter(({ shutDown }) => shutDown === undefined || today < shutDown);
  const route = served.find((candidate) => isConfigured(providerOf(candidate), env));
  if (!route) throw nothingConfigured(name, served, env);
  const [original] = routes;
  const target = openProvider(providerOf(route), route.id, options);
  return route === original
    ? target
    : { ...target, detour: describeDetour(original, route, today) };
}

/** The server of an alias, undefined where none is configured. */
export function configuredTarget(
  name: string,
  { env, today }: Pick<ResolveOptions, 'env' | 'today'>,
): Target | undefined {
  try {
    return aliasTarget(name, { env, today });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function describeDetour(original: Route, taken: Route, today: string): string {
  const { ended, name } = providerOf(original);
  const isShutDown = original.shutDown !== undefined && original.shutDown <= today;
  const reason = isShutDown
    ? `${original.id} was shut down on ${original.shutDown}`
    : (ended?.story ?? `${name} is not configured`);
  const isSameProvider = taken.provider === original.provider;
  const using = isSameProvider ? taken.id : `${taken.id} at ${taken.provider}`;
  return `${reason}: using ${using}; pin another with ${isSameProvider ? taken.provider : 'PROVIDER'}:ID`;
}

/** The error where no route is configured: it lists what would configure each. */
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
  const { name, ended, baseUrlEnv, keyEnv, needsKey, speaks } = provider;
  const apiKey = readKey(keyEnv, env);
  const baseUrl = ownBaseUrl(provider, env) ?? provider.baseUrl;
  if (baseUrl === undefined) {
    throw new UserError(`${ended?.story ?? `${name} has no usual address`}`, {
      hint:
        speaks === undefined
          ? `set ${baseUrlEnv} to an OpenAI-compatible server that has the model, or name another with \`model\``
          : `set ${baseUrlEnv} to the address of yours`,
    });
  }
  if (needsKey && apiKey === undefined && !withoutKey) {
    throw new UserError(`${keyEnv} is not set, and ${name} needs it`, {
      hint: `set ${keyEnv} in the environment or in .env, or take \`model\` wordlist, which needs no key`,
    });
  }
  return { provider: name, id, baseUrl, apiKey, keyEnv };
}

function isConfigured(provider: Provider, env: Env): boolean {
  if (provider.needsKey) return env[provider.keyEnv] !== undefined || provider.isExpected === true;
  return ownBaseUrl(provider, env) !== undefined;
}

/** The address a user set, unless it is that of a hosted service which has ended. */
function ownBaseUrl({ baseUrlEnv, ended }: Provider, env: Env): string | undefined {
  const url = env[baseUrlEnv];
  if (url === undefined) return undefined;
  checkAddress(baseUrlEnv, url);
  return new URL(url).host === ended?.host ? undefined : url;
}

/** @throws UserError when it is not a web address, or holds a password, which errors would show */
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
    throw new UserError(`${name} holds a character that no key can have, such as a line break`, {
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
