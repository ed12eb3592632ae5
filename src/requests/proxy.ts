import type { Env } from '../env.js';
import { UserError } from '../errors.js';

/** The addresses of proxies, for plain and for encrypted connections, and who is passed over. */
export interface Proxies {
  readonly httpProxy: string | undefined;
  readonly httpsProxy: string | undefined;
  readonly noProxy: string | undefined;
}

/** A proxy did not open the way to a server, which has seen nothing of the request. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly hint: string;
  /** Whether it would say the same to every further request. */
  readonly isFinal: boolean;

  constructor(
    message: string,
    { hint, isFinal, cause }: { hint: string; isFinal: boolean; cause?: unknown },
  ) {
    super(message, { cause });
    this.hint = hint;
    this.isFinal = isFinal;
  }
}

/**
 * The proxies that an environment names. `ALL_PROXY` holds where neither is named.
 *
 * @throws UserError when one is not the address of an HTTP proxy
 */
export function proxiesOf(env: Env): Proxies {
  const all = proxyIn(env, 'ALL_PROXY');
  return {
    httpProxy: proxyIn(env, 'HTTP_PROXY') ?? all,
    httpsProxy: proxyIn(env, 'HTTPS_PROXY') ?? all,
    noProxy: env.NO_PROXY || env.no_proxy,
  };
}

/** `localhost:3128` is as common as `http://localhost:3128`. The value may hold a password. */
function proxyIn(env: Env, name: string): string | undefined {
  const proxy = env[name] || env[name.toLowerCase()];
  if (!proxy) return undefined;
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  const { protocol } = URL.canParse(address) ? new URL(address) : { protocol: undefined };
  if (protocol === 'http:' || protocol === 'https:') return address;
  const what =
    protocol === undefined
      ? 'is not a web address'
      : `names a proxy of the kind ${protocol.slice(0, -1)}, and only HTTP proxies are supported`;
  throw new UserError(`the proxy in ${name} ${what}`, {
    hint: `correct or unset ${name}, such as http://localhost:3128`,
  });
}

/** An error of a proxy, whose address may hold a password and is shown without. */
export const unreachable = ({ host }: URL, reason: string, cause?: unknown) =>
  new ProxyError(`the proxy ${host} opens no connection: ${reason}`, {
    hint: 'start the proxy, correct HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, or name the server in NO_PROXY',
    isFinal: false,
    cause,
  });

export function refused(proxy: URL, status: number): ProxyError {
  if (status >= 500) return unreachable(proxy, `HTTP ${status}`);
  return new ProxyError(`the proxy ${proxy.host} refuses the connection: HTTP ${status}`, {
    hint:
      status === 407
        ? 'it wants a login: write the proxy as http://USER:PASSWORD@HOST:PORT'
        : 'ask who runs the proxy to let the server through, or name the server in NO_PROXY',
    isFinal: true,
  });
}
