/** A process that may be killed: from then on nothing it waits for ever comes, and nothing it asks for happens. */
export class Container {
  #isDead = false;
  #crossingsLeft = Number.POSITIVE_INFINITY;
  readonly died: Promise<void>;
  #die: () => void = () => {};

  constructor() {
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  kill(): void {
    this.#isDead = true;
    this.#die();
  }

  /** Dies when it has gone in or out of the outside world so often: between any two of its awaits. */
  killAfterCrossings(count: number): void {
    this.#crossingsLeft = count;
  }

  surviveFromNowOn(): void {
    this.#crossingsLeft = Number.POSITIVE_INFINITY;
  }

  /** Wraps everything that the process does outside itself. What has left before it died still arrives. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    await this.#cross();
    try {
      return await work();
    } finally {
      await this.#cross();
    }
  }

  /** The same for a port of several methods. */
  wrap<P extends object>(port: P): P {
    return new Proxy(port, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => this.outside(async () => Reflect.apply(member, target, args) as unknown);
      },
    });
  }

  async #cross(): Promise<void> {
    this.#crossingsLeft -= 1;
    if (this.#crossingsLeft < 0) this.kill();
    if (this.#isDead) await new Promise(() => {});
  }
}
