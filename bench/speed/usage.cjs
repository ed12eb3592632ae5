/** Loaded into a measured process: says on descriptor 3 what the process took. */
const { writeSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(
    3,
    JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 976.5625 }),
  );
});
