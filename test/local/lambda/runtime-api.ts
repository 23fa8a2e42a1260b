import type { IncomingMessage, ServerResponse } from "node:http";
import { type LoopbackServer, readBody, startLoopbackServer } from "../loopback-server.ts";

/** One event on its way into an execution environment. */
export type Invocation = {
  readonly requestId: string;
  readonly functionArn: string;
  readonly traceHeader: string;
  /** Epoch milliseconds at which the environment is killed. */
  readonly deadlineMs: number;
  readonly event: unknown;
};

/** What the runtime inside the environment reports. */
export type RuntimeEvents = {
  /** It waits for an event. */
  onNext(): void;
  onResponse(requestId: string, body: string): void;
  onError(requestId: string, body: string): void;
  /** It could not load the handler. */
  onInitError(body: string): void;
};

/** Lambda's Runtime API for one execution environment (AWS: "Using the Lambda runtime API for custom runtimes"). */
export class RuntimeApi {
  readonly #server: LoopbackServer;
  readonly #slot: { waiting?: ServerResponse };

  private constructor(server: LoopbackServer, slot: { waiting?: ServerResponse }) {
    this.#server = server;
    this.#slot = slot;
  }

  static async start(events: RuntimeEvents): Promise<RuntimeApi> {
    const slot: { waiting?: ServerResponse } = {};
    const server = await startLoopbackServer(async (request: IncomingMessage, response: ServerResponse) => {
      const [, , , resource, requestId = "", verb] = (request.url ?? "").split("/");
      if (resource === "invocation" && requestId === "next") {
        slot.waiting = response;
        events.onNext();
        return;
      }
      const body = await readBody(request);
      response.writeHead(202, { "content-type": "application/json" }).end('{"status":"OK"}');
      if (resource === "init") events.onInitError(body);
      else if (verb === "response") events.onResponse(requestId, body);
      else events.onError(requestId, body);
    });
    return new RuntimeApi(server, slot);
  }

  get address(): string {
    return `127.0.0.1:${this.#server.port}`;
  }

  /** Hands an event to the runtime, which must be waiting for one. */
  deliver({ requestId, functionArn, traceHeader, deadlineMs, event }: Invocation): void {
    const response = this.#slot.waiting;
    if (!response) throw new Error("the runtime does not wait for an event");
    delete this.#slot.waiting;
    response.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": requestId,
      "lambda-runtime-deadline-ms": String(deadlineMs),
      "lambda-runtime-invoked-function-arn": functionArn,
      "lambda-runtime-trace-id": traceHeader,
    });
    response.end(JSON.stringify(event));
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}
