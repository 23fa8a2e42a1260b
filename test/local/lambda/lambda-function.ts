import { functionArnOf } from "../aws-client-settings.ts";
import { ExecutionEnvironment } from "./execution-environment.ts";
import { FunctionError } from "./function-error.ts";
import type { FunctionSettings } from "./function-settings.ts";
import { countIn, recursionMax, traceHeadersIn } from "./lineage.ts";

/** A function that can be invoked: a pool of execution environments, made when needed and used again. */
export class LambdaFunction {
  readonly #settings: FunctionSettings;
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #waiters: (() => void)[] = [];
  #running = 0;

  constructor(settings: FunctionSettings) {
    this.#settings = settings;
  }

  /** Invocations that have not ended. */
  get running(): number {
    return this.#running;
  }

  /**
   * Waits for a free environment, then runs the event in it. A chain of invocations that grew too long is stopped.
   *
   * @throws {FunctionError}
   */
  async invoke(event: unknown): Promise<unknown> {
    const { mayLoop = false, name } = this.#settings;
    if (!mayLoop && countIn(functionArnOf(name), traceHeadersIn(event)) >= recursionMax) {
      throw new FunctionError("RecursiveInvocationException", `${name} was invoked ${recursionMax} times in one chain`);
    }
    while (this.#running >= this.#settings.concurrency) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
    this.#running++;
    const environment = this.#idle.pop() ?? this.#create();
    try {
      return await environment.invoke(event);
    } finally {
      await this.#giveBack(environment);
      this.#running--;
      this.#waiters.shift()?.();
    }
  }

  /** Kills what runs and ends every environment. */
  async stop(): Promise<void> {
    await Promise.all([...this.#all].map((environment) => environment.stop()));
  }

  #create(): ExecutionEnvironment {
    const environment = new ExecutionEnvironment(this.#settings);
    this.#all.add(environment);
    return environment;
  }

  async #giveBack(environment: ExecutionEnvironment): Promise<void> {
    if (!environment.isDead) {
      this.#idle.push(environment);
      return;
    }
    await environment.stop();
    this.#all.delete(environment);
  }
}
