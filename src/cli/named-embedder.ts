import type { Embedder } from '../student/embedding-head.js';
import type { Setup } from './setup.js';
import type { EmbedderName } from './train-flags.js';

/** Opens the embedder of a name; checks it and its key before anything is sent. */
export type OpenEmbedder = (name: EmbedderName, setup: Setup) => Promise<Embedder>;

/** Opens the embedder of `--embeddings PROVIDER:MODEL` at its provider. */
export const openNamedEmbedder: OpenEmbedder = async (
  { provider, model },
  { env, transport, session },
) => {
  const { openEmbedder } = await import('../models/embedder.js');
  return openEmbedder(`${provider}:${model}`, {
    env,
    transport,
    limits: { clock: session.clock },
    onDetail: session.note,
  });
};
