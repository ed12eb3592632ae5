import { describe, expect, it } from 'vitest';
import { withoutKeys } from '../../src/models/server.js';
import { parseDuration, serverWaitMs } from '../../src/requests/server-wait.js';

describe('serverWaitMs', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  it.each([
    [{ 'retry-after-ms': '250' }, 250],
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after-ms': '0', 'retry-after': '9' }, 0],
    [{ 'retry-after': 'Mon, 23 Nov 2026 12:00:03 GMT' }, 3000],
    [{ 'retry-after': 'Mon, 23 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'x-ratelimit-reset-requests': '1s', 'x-ratelimit-reset-tokens': '6m0s' }, 360_000],
    [
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '120ms',
        'x-ratelimit-remaining-tokens': '900',
        'x-ratelimit-reset-tokens': '30s',
      },
      120,
    ],
    [{ 'retry-after': '2', 'x-ratelimit-reset-requests': '9s' }, 2000],
    [{ 'x-ratelimit-reset-requests': 'later' }, undefined],
    [{}, undefined],
  ])('%j', (headers, expected) => {
    expect(serverWaitMs(new Headers(headers as Record<string, string>), now)).toBe(expected);
  });
});

describe('parseDuration', () => {
  it.each([
    ['1s', 1000],
    ['6m0s', 360_000],
    ['120ms', 120],
    ['1h2m3.5s', 3_723_500],
    ['17.5', 17_500],
    ['', undefined],
    ['1d', undefined],
    ['s', undefined],
    ['1s later', undefined],
  ])('%j', (text, expected) => expect(parseDuration(text)).toBe(expected));
});

describe('withoutKeys', () => {
  it("blots out what looks like somebody else's key, also in part", () => {
    expect(withoutKeys('Incorrect API key provided: sk-proj-abc***************xyz.')).toBe(
      'Incorrect API key provided: [redacted].',
    );
    expect(withoutKeys('Authorization: Bearer abcdef123456')).toBe(
      'Authorization: Bearer [redacted]',
    );
    expect(withoutKeys('hf_abcdefghijkl and gsk_1234567890')).toBe('[redacted] and [redacted]');
  });
  it('leaves ordinary words alone', () => {
    const text = 'none of the risk-averse task-forces; ask-me-anything';
    expect(withoutKeys(text)).toBe(text);
  });
});
