/** Remembers the latest of what it was shown, at least `size` and less than twice as many: memory has a bound. */
export class RecentlySeen {
  readonly #size: number;
  #current = new Set<string>();
  #earlier = new Set<string>();

  constructor(size: number) {
    this.#size = size;
  }

  /** @returns whether it was seen lately; from now on it was */
  sees(id: string): boolean {
    if (this.#current.has(id) || this.#earlier.has(id)) return true;
    if (this.#current.size >= this.#size) {
      this.#earlier = this.#current;
      this.#current = new Set();
    }
    this.#current.add(id);
    return false;
  }
}
