#!/usr/bin/env node
import './quick-start.js';

const { evaluateCommand } = await import('../cli/evaluate.js');
const { main } = await import('../cli/main.js');

await main(evaluateCommand);
