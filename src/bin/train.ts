#!/usr/bin/env node
import './quick-start.js';

const { main } = await import('../cli/main.js');
const { trainCommand } = await import('../cli/train.js');

await main(trainCommand);
