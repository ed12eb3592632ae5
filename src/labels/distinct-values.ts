/** The different values that rows have of one thing, such as the model, in the order in which they come. */
export class DistinctValues<T> {
  readonly all = new Set<T>();
  #last: T | undefined;

  add(value: T): void {
    // Most rows have what the one before has.
    if (value === this.#last && this.all.size > 0) return;
    this.#last = value;
    this.all.add(value);
  }

  /** What all rows have; null where they differ, or have none. */
  get common(): NonNullable<T> | null {
    const [first] = this.all;
    return this.all.size === 1 ? (first ?? null) : null;
  }
}
