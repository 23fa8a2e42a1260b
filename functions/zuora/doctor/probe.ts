import { LostRouteError, ZuoraBusyError } from "../../domain/errors.ts";
import { interpret, receive } from "../http/answers/answer.ts";
import { legible } from "../http/answers/failure.ts";
import type { Connection, Invocation } from "../http/connection.ts";
import { retryDelayMs } from "../http/retry.ts";
import { type HttpRequest, type HttpResponse, NoAnswerError } from "../http/transport.ts";

const limitHeader = /^(ratelimit-|concurrency-limit-)/;

/**
 * Reads and tells what came, headers and refusals included: for a doctor, who wants to see and not to succeed. Only a
 * route that a gateway lost is asked for again: it tells nothing of the tenant.
 */
export const createProbe = (
  { transport, tokens, headers, creditMemosPath, patience, random, clock }: Connection,
  { trackId, remainingMs }: Invocation,
): Probe => {
  const askOnce = async (asked: Pick<HttpRequest, "method" | "path" | "body">): Promise<HttpResponse> => {
    const signed = { ...headers, authorization: `Bearer ${await tokens.current()}`, "zuora-track-id": trackId };
    const typed = asked.body === undefined ? signed : { ...signed, "content-type": "application/json" };
    return transport({ ...asked, headers: typed }).catch((error: unknown) => {
      if (!(error instanceof NoAnswerError)) throw error;
      throw new ZuoraBusyError(`no answer from Zuora (${error.message})`, { cause: error });
    });
  };
  const ask = async (asked: Parameters<typeof askOnce>[0]): Promise<HttpResponse> => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await askOnce(asked);
      const outcome = interpret(receive(response), "read");
      if (!(outcome instanceof LostRouteError)) return response;
      const delayMs = retryDelayMs(outcome, attempt, patience, random(), remainingMs());
      if (delayMs === undefined) return response;
      await clock.sleep(delayMs);
    }
  };
  const send = async (asked: Pick<HttpRequest, "method" | "path" | "body">): Promise<ProbeAnswer> => {
    const response = await ask(asked);
    const { body, failure, answeredAt } = receive(response);
    return {
      body,
      serverTime: answeredAt,
      limits: Object.fromEntries(
        Object.entries(response.headers).flatMap(([name, value]) =>
          limitHeader.test(name) && value !== undefined ? [[name, value] as const] : [],
        ),
      ),
      ...(failure === undefined ? {} : { problem: [...failure.codes, legible(failure.message)].join(": ") }),
    };
  };
  return {
    creditMemosPath,
    get: (path) => send({ method: "GET", path }),
    objects: async () => {
      const { status, body } = await ask({ method: "GET", path: "/v1/describe" });
      const names = [...body.matchAll(/<name>(\w+)<\/name>/g)].map(([, name]) => name ?? "");
      return status === 200 && names.length > 0 ? new Set(names) : undefined;
    },
    query: (queryString) =>
      send({ method: "POST", path: "/v1/action/query", body: JSON.stringify({ queryString, conf: { batchSize: 1 } }) }),
  };
};

/** One harmless read of Zuora, looked at more closely than settlement does. */
export type ProbeAnswer = {
  /** Zuora's refusal in words, with its code; absent where it answered what was asked. */
  readonly problem?: string | undefined;
  /** Numbers are text. */
  readonly body: unknown;
  /** Zuora's clock, epoch milliseconds. */
  readonly serverTime: number | undefined;
  /** Zuora's limit headers, as they came. */
  readonly limits: Readonly<Record<string, string>>;
};

export type Probe = Pick<Connection, "creditMemosPath"> & {
  /** @throws {SettlementError} where there is no way in */
  query(zoql: string): Promise<ProbeAnswer>;
  /** @throws {SettlementError} where there is no way in */
  get(path: string): Promise<ProbeAnswer>;
  /**
   * The objects that the tenant describes as its own; undefined where it describes none.
   *
   * @throws {SettlementError} where there is no way in
   */
  objects(): Promise<ReadonlySet<string> | undefined>;
};
