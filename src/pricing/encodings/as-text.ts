/** A text may hold what looks like a special token; to the model it is text like any other. */
export const AS_TEXT = { disallowedSpecial: new Set<string>() };
