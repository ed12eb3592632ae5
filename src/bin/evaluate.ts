#!/usr/bin/env node
import { evaluateCommand } from '../cli/evaluate.js';
import { run } from '../cli/run.js';

await run(evaluateCommand);
