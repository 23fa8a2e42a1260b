/** Things to end when a run is over, the last one opened first. */
export class Closers {
  readonly #closers: (() => Promise<void>)[] = [];

  /** Remembers how to end something, and returns it. */
  add<T extends { stop(): Promise<void> }>(opened: T): T {
    this.#closers.unshift(() => opened.stop());
    return opened;
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }
}
