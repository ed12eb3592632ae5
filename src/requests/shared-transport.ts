import type { Env } from '../env.js';
import { proxiesOf } from './proxy.js';
import { openTransport, type Transport } from './transport.js';

/** By the proxies that they go through. */
const shared = new Map<string, Transport>();

/**
 * The connections of all who bring none of their own: opened when they are first asked for, and
 * never closed, since idle ones keep no process alive.
 */
export function sharedTransport(env: Env): Transport {
  const proxies = JSON.stringify(proxiesOf(env));
  const transport = shared.get(proxies) ?? openTransport(env);
  shared.set(proxies, transport);
  return transport;
}
