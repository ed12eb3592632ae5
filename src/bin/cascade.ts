#!/usr/bin/env node
import { cascadeCommand } from '../cli/cascade.js';
import { main } from '../cli/main.js';

await main(cascadeCommand);
