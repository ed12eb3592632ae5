import leven from 'leven';
import { show, UserError } from '../errors.js';
import { MODEL_NAMES, STUDENT } from './kinds.js';
import { PROVIDERS } from './providers.js';

/** The error for a name that no kind of model has, with the nearest ones that are known. */
export function unknownModel(name: string): UserError {
  const providers = PROVIDERS.map((provider) => provider.name);
  const nearest = /^[^:]+\.json$/i.test(name)
    ? [`${STUDENT}${name}`]
    : name.includes(':')
      ? nearestWithPrefix(name, providers)
      : nearestTo(name, WHOLE);
  const suggestion = nearest.length > 0 ? `did you mean ${nearest.join(' or ')}? ` : '';
  return new UserError(`unknown model ${show(name)}`, {
    hint: `${suggestion}Names are ${MODEL_NAMES.join(', ')}, with PROVIDER one of ${providers.join(', ')}`,
  });
}

/** Names that stand for themselves, and what others begin with: `student` of `student:FILE`. */
const WHOLE = MODEL_NAMES.filter((name) => !name.includes(':'));
const PREFIXES = MODEL_NAMES.filter((name) => /^[a-z]+:/.test(name)).map(prefixOf);

function nearestWithPrefix(name: string, providers: readonly string[]): string[] {
  const rest = name.slice(prefixOf(name).length);
  const prefixes = [...new Set([...PREFIXES, ...providers])];
  return nearestTo(prefixOf(name), prefixes).map((prefix) => prefix + rest);
}

function prefixOf(name: string): string {
  return name.slice(0, name.indexOf(':'));
}

function nearestTo(name: string, candidates: readonly string[]): string[] {
  return candidates
    .map((candidate) => ({ candidate, distance: leven(name.toLowerCase(), candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}
