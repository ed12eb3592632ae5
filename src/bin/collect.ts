#!/usr/bin/env node
import './quick-start.js';

const { collectCommand } = await import('../cli/collect.js');
const { main } = await import('../cli/main.js');

await main(collectCommand);
