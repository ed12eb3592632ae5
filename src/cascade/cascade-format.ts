/** The first key of a cascade file, which says what the file is. */
export const CASCADE_SCHEMA = 'toxicity-distill/cascade';

/** Raised when a key goes or changes its meaning; a new optional key leaves it as it is. */
export const CASCADE_VERSION = 1;

/** What to do about a file that is damaged. */
export const REMAKE = 'make it again with cascade';
