#!/usr/bin/env node
import { main } from '../cli/main.js';
import { openNamedEmbedder } from '../cli/named-embedder.js';
import { trainCommand } from '../cli/train.js';

await main(trainCommand(openNamedEmbedder));
