/** What a process, or a part of one, took. */
export interface Usage {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of CPU, user and system. */
  readonly cpu: number;
  /** The highest resident memory, in MB of 1,000,000 bytes. */
  readonly peakMb: number;
}

/** What is measured, and what it is measured beside; the two take turns. */
export interface Pair {
  ours(): Promise<Usage>;
  anchor(): Promise<Usage>;
  close?(): Promise<void>;
}

export interface Workplace {
  /** Of this row alone; deleted afterwards. */
  readonly folder: string;
  /** 1, or 0.1 where a tenth is to be measured. */
  readonly scale: number;
}

/** An entry of the table. */
export interface SpeedRow {
  /** For `--only`. */
  readonly name: string;
  readonly what: string;
  readonly anchor: string;
  /**
   * What the ratio, ours to the anchor's, is made of: CPU or wall time, of which less is better, or
   * the rate, of which more is.
   */
  readonly figure: 'cpu' | 'wall' | 'rate';
  /** The ratio to be reached. */
  readonly goal: number;
  /** The ratio that must be kept: beyond it the bench fails. */
  readonly limit: number;
  /** The memory to be reached, in MB. */
  readonly goalMb?: number;
  /** How often the two take turns. Default: 3. */
  readonly turns?: number;
  /** Makes what both need. */
  open(place: Workplace): Promise<Pair>;
}

/** Ours to the anchor's, in one turn. */
export function ratioOf(figure: SpeedRow['figure'], ours: Usage, anchor: Usage): number {
  return figure === 'rate' ? anchor.wall / ours.wall : ours[figure] / anchor[figure];
}
