#!/usr/bin/env node
import { collectCommand } from '../cli/collect.js';
import { main } from '../cli/main.js';

await main(collectCommand);
