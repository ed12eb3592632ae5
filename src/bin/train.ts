#!/usr/bin/env node
import './quick-start.js';

const { main } = await import('../cli/main.js');
const { openNamedEmbedder } = await import('../cli/named-embedder.js');
const { trainCommand } = await import('../cli/train.js');

await main(trainCommand(openNamedEmbedder));
