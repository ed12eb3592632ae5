/** How often something happened, beside how often it may or must. */
export interface Outcome {
  /** What was simulated: `7% positive, weak, n=100`. */
  readonly setting: string;
  readonly rate: number;
  readonly simulations: number;
}

export interface Promised {
  readonly name: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** Chance alone may carry a rate so many standard errors beyond what is promised. */
const LENIENCE = 3.5;

/** Prints the settings that come nearest to breaking a promise; returns whether one broke it. */
export function judge(promise: Promised, outcomes: readonly Outcome[]): boolean {
  const { name, atLeast, atMost } = promise;
  const limit = atLeast ?? atMost ?? 0;
  const excess = ({ rate }: Outcome) => (atLeast === undefined ? rate - limit : limit - rate);
  const allowed = ({ simulations }: Outcome) =>
    LENIENCE * Math.sqrt((limit * (1 - limit)) / simulations);
  const sorted = outcomes.toSorted((a, b) => excess(b) - excess(a));
  const broken = sorted.filter((outcome) => excess(outcome) > allowed(outcome));
  const word = atLeast === undefined ? 'at most' : 'at least';
  const verdict = broken.length > 0 ? `BROKEN in ${broken.length} settings` : 'kept';
  print(`${name}: ${word} ${percent(limit)} in ${outcomes.length} settings: ${verdict}`);
  for (const { setting, rate } of sorted.slice(0, 3))
    print(`  ${percent(rate).padStart(6)}  ${setting}`);
  return broken.length === 0;
}

export const percent = (rate: number) => `${(100 * rate).toFixed(1)}%`;

export const print = (line: string) => process.stdout.write(`${line}\n`);
