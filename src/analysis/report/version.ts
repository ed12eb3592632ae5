/** A new optional key of a report leaves it; a key that goes or changes its meaning raises it. */
export const REPORT_VERSION = 3;
