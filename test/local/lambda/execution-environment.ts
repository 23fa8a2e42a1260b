import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { functionArnOf } from "../aws-client-settings.ts";
import { childEnvironment } from "./child-environment.ts";
import { FunctionError } from "./function-error.ts";
import type { FunctionSettings } from "./function-settings.ts";
import { traceHeaderOf, traceHeadersIn } from "./lineage.ts";
import { endWithThisProcess } from "./live-children.ts";
import { type Invocation, RuntimeApi } from "./runtime-api.ts";

const bootstrap = fileURLToPath(new URL("bootstrap.mjs", import.meta.url));

/** Lambda gives 10 s. Twenty environments that start at once on two cores each get a tenth of a core. */
const initTimeoutMs = 60_000;

type Pending = {
  readonly requestId: string;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: FunctionError) => void;
  timer?: NodeJS.Timeout;
};

/** One process that runs one function, one event at a time, and is frozen in between. */
export class ExecutionEnvironment {
  readonly #settings: FunctionSettings;
  #api: RuntimeApi | undefined;
  #child: ChildProcess | undefined;
  #closed: Promise<void> = Promise.resolve();
  #pending: Pending | undefined;
  /** An event that came before the runtime asked for one: a cold start. */
  #next: Invocation["event"] | undefined;
  #waits = false;
  #dead = false;

  constructor(settings: FunctionSettings) {
    this.#settings = settings;
  }

  /** No event can be handled here any more. */
  get isDead(): boolean {
    return this.#dead;
  }

  /**
   * Runs one event; the first one starts the process.
   *
   * @throws {FunctionError} when the handler throws, its process ends, or its time is over
   */
  async invoke(event: unknown): Promise<unknown> {
    if (!this.#api) await this.#start();
    return new Promise((resolve, reject) => {
      this.#pending = { requestId: randomUUID(), resolve, reject };
      this.#next = event;
      if (this.#dead) this.#fail("Runtime.ExitError", "Runtime exited before the event was delivered");
      else if (this.#waits) this.#deliver();
      else this.#pending.timer = setTimeout(() => this.#kill("Sandbox.Timedout", "Init timed out"), initTimeoutMs);
    });
  }

  /** Ends the process without a word, as Lambda does; resolves when all it wrote was read. */
  async stop(): Promise<void> {
    this.#kill("Runtime.ExitError", "the environment was shut down");
    await this.#closed;
    await this.#api?.stop();
  }

  async #start(): Promise<void> {
    this.#api = await RuntimeApi.start({
      onNext: () => {
        this.#waits = true;
        if (this.#pending) this.#deliver();
        else this.#freeze();
      },
      onResponse: (requestId, body) => this.#settle(requestId, ({ resolve }) => resolve(JSON.parse(body))),
      onError: (requestId, body) => this.#settle(requestId, ({ reject }) => reject(errorFrom(body))),
      onInitError: (body) => {
        this.#dead = true;
        this.#settle(this.#pending?.requestId, ({ reject }) => reject(errorFrom(body)));
      },
    });
    if (this.#dead) return;
    const child = spawn(process.execPath, [bootstrap, this.#settings.bundle], {
      env: childEnvironment(this.#settings, this.#api.address),
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", this.#settings.onLog);
    endWithThisProcess(child);
    child.once("error", ({ message }) => this.#end(message));
    child.once("exit", (code, signal) => this.#end(signal ? `signal: ${signal}` : `exit status ${code}`));
    this.#closed = new Promise((resolve) => child.once("close", () => resolve()).once("error", () => resolve()));
    this.#child = child;
  }

  #deliver(): void {
    const { name, timeoutMs } = this.#settings;
    const functionArn = functionArnOf(name);
    const pending = this.#pending;
    if (!pending) return;
    clearTimeout(pending.timer);
    const seconds = (timeoutMs / 1000).toFixed(2);
    pending.timer = setTimeout(() => {
      const message = `${new Date().toISOString()} ${pending.requestId} Task timed out after ${seconds} seconds`;
      this.#kill("Sandbox.Timedout", message);
    }, timeoutMs);
    this.#waits = false;
    this.#signal("SIGCONT");
    this.#api?.deliver({
      requestId: pending.requestId,
      functionArn,
      traceHeader: traceHeaderOf(pending.requestId, functionArn, traceHeadersIn(this.#next)),
      deadlineMs: Date.now() + timeoutMs,
      event: this.#next,
    });
  }

  /** Windows cannot stop a process; there the environment simply waits. */
  #freeze(): void {
    if (process.platform !== "win32") this.#signal("SIGSTOP");
  }

  #signal(signal: NodeJS.Signals): void {
    if (process.platform !== "win32" && !this.#dead) this.#child?.kill(signal);
  }

  #settle(requestId: string | undefined, finish: (pending: Pending) => void): void {
    const pending = this.#pending;
    if (!pending || pending.requestId !== requestId) return;
    this.#pending = undefined;
    clearTimeout(pending.timer);
    finish(pending);
  }

  #fail(errorType: string, message: string): void {
    this.#settle(this.#pending?.requestId, ({ reject }) => reject(new FunctionError(errorType, message)));
  }

  #end(how: string): void {
    this.#dead = true;
    this.#fail("Runtime.ExitError", `Runtime exited with error: ${how}`);
  }

  #kill(errorType: string, message: string): void {
    this.#dead = true;
    this.#child?.kill("SIGKILL");
    this.#fail(errorType, message);
  }
}

const errorFrom = (body: string): FunctionError => {
  const { errorType, errorMessage } = JSON.parse(body) as { errorType: string; errorMessage: string };
  return new FunctionError(errorType, errorMessage);
};
