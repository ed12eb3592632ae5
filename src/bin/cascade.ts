#!/usr/bin/env node
import './quick-start.js';

const { cascadeCommand } = await import('../cli/cascade.js');
const { main } = await import('../cli/main.js');

await main(cascadeCommand);
