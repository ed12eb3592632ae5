import type { OpenEmbedder } from './train.js';

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
