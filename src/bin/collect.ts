#!/usr/bin/env node
import { collectCommand } from '../cli/collect.js';
import { run } from '../cli/run.js';

await run(collectCommand);
