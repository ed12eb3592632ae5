#!/usr/bin/env node
import { evaluateCommand } from '../cli/evaluate.js';
import { main } from '../cli/main.js';

await main(evaluateCommand);
