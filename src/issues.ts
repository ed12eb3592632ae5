import type { z } from 'zod';
import { show } from './errors.js';

/** What to do about the first thing wrong with a value, where its schema knows. */
export function hintOf({ issues: [issue] }: z.ZodError): string | undefined {
  const hint: unknown = issue?.code === 'custom' ? issue.params?.hint : undefined;
  return typeof hint === 'string' ? hint : undefined;
}

/** The first thing wrong with a value: where, what was expected, and what was seen. */
export function describeIssue(error: z.ZodError, value: unknown): string {
  const issue = error.issues[0];
  if (!issue) return 'is not valid';
  const seen = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const where = issue.path.length > 0 ? `"${issue.path.join('.')}"` : 'the value';
  return seen === undefined
    ? `${where} is missing`
    : `${where} is ${show(seen)} (${issue.message.replace(/^Invalid (input|option): /, '')})`;
}
