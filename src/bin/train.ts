#!/usr/bin/env node
import { openNamedEmbedder } from '../cli/named-embedder.js';
import { run } from '../cli/run.js';
import { trainCommand } from '../cli/train.js';

await run(trainCommand(openNamedEmbedder));
