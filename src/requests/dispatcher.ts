import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch, Pool } from 'undici';
import { reasonOf } from '../errors.js';
import { type Proxies, refused, unreachable } from './proxy.js';

const CONNECT_TIMEOUT_MS = 10_000;

/** Opens the connections of a run, through its proxies. */
export function openDispatcher({ httpProxy, httpsProxy, noProxy }: Proxies): Dispatcher {
  const options = { connect: { timeout: CONNECT_TIMEOUT_MS }, keepAliveTimeout: 30_000 };
  if (!httpProxy && !httpsProxy) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: httpProxy ?? '',
    httpsProxy: httpsProxy ?? httpProxy ?? '',
    noProxy: noProxy ?? '',
    clientFactory: openProxy,
  });
}

type Connect = (options: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData>;

/** The connections to a proxy. */
function openProxy(proxy: URL, settings: object): Pool {
  const pool = new Pool(proxy, settings);
  // Of its forms, the one with a promise.
  const connect = pool.connect.bind(pool) as Connect;
  return Object.assign(pool, {
    async connect(options: Dispatcher.ConnectOptions) {
      const tunnel = await connect(options).catch((cause) => {
        throw unreachable(proxy, reasonOf(cause), cause);
      });
      if (tunnel.statusCode === 200) return tunnel;
      tunnel.socket.on('error', () => {}).destroy();
      throw refused(proxy, tunnel.statusCode);
    },
  });
}

export { fetch };
