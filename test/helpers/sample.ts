import type { Sample } from '../../src/sample.js';

/** A row of a dataset that says nothing but its text. */
export const sampleOf = (text: string, index = 0): Sample => ({
  id: null,
  index,
  text,
  label: null,
  humanChecked: null,
  jailbreaking: null,
});
