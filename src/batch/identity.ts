import { createHash, randomBytes } from 'node:crypto';
import { basename } from 'node:path';

/** What a label file is made of, and where. */
export interface RunFacts {
  readonly model: string;
  readonly provider: string;
  readonly prompt: string;
  readonly dataset: string;
  readonly split: string | null;
  /** The label file. */
  readonly path: string;
}

/** What a batch at a server is known by, from any machine. */
export interface Identity {
  /** Of the label file: what it is made of, and its name. */
  readonly run: string;
  /** Of one beginning of that file: `fresh` makes another. */
  readonly series: string;
}

const HASH_DIGITS = 16;

/** Names a run by what any machine knows that has its label file. */
export function runHash({ model, provider, prompt, dataset, split, path }: RunFacts): string {
  const facts = JSON.stringify([model, provider, prompt, dataset, split, basename(path)]);
  return createHash('sha256').update(facts).digest('hex').slice(0, HASH_DIGITS);
}

/** A name that nothing else has: of a series, or of a file that is to be sent. */
export const newName = () => randomBytes(4).toString('hex');

/** Who a file or a batch says that it is. */
export interface Label extends Identity {
  /** The file that was to be sent. */
  readonly intent: string;
}

const TOOL = 'toxicity-distill';

/** Under which name a file is sent: a list of files shows no more of them. */
export const fileNameOf = ({ run, series, intent }: Label) =>
  `${TOOL}-${run}-${series}-${intent}.jsonl`;

const FILE_NAME = new RegExp(`^${TOOL}-([0-9a-f]{16})-([0-9a-f]{8})-([0-9a-f]{8})\\.jsonl$`);

export function labelOfFile(name: string): Label | undefined {
  const [, run, series, intent] = FILE_NAME.exec(name) ?? [];
  return run && series && intent ? { run, series, intent } : undefined;
}

/** What goes along with a batch. */
export const metadataOf = ({ run, series, intent }: Label): Record<string, string> => ({
  tool: TOOL,
  run,
  series,
  intent,
});

export function labelOfBatch(metadata: Readonly<Record<string, string>>): Label | undefined {
  const { tool, run, series, intent } = metadata;
  return tool === TOOL && run && series && intent ? { run, series, intent } : undefined;
}
