import type { MayLeave } from "../../app/settle/ports.ts";
import { SettlementError, settlementError, ZuoraBusyError } from "../../domain/errors.ts";
import { type Answer, interpret, type Received, TokenRefusal } from "./answers/answer.ts";
import type { CallKind } from "./answers/classify.ts";
import type { Connection, Invocation } from "./connection.ts";
import { exchangeRead, exchangeUnkeyedWrite, exchangeWrite, lackOfTime } from "./exchange.ts";
import { retryDelayMs } from "./retry.ts";
import type { HttpRequest } from "./transport.ts";

/** Calls Zuora and turns everything that is not an answer into the error taxonomy, in one place. */
export type ZuoraClient = {
  /**
   * @param onLeave told whenever it leaves, since it may wait for its turn: what happened before is in the answer
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
   */
  get(path: string, onLeave?: () => void): Promise<Answer>;
  /**
   * Reads with a POST, as queries do.
   *
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
   */
  read(path: string, body: unknown): Promise<Answer>;
  /**
   * @param key a new one for every attempt; the client reuses it only where no answer came
   * @param mayLeave asked right before each sending; absent: always
   * @throws {WithheldError} where it did not leave
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraRejectedError | WriteOutcomeUnknownError | ZuoraContractError |
   *   ConfigError}
   */
  write(path: string, body: unknown, key: string, mayLeave?: MayLeave): Promise<Answer>;
  /**
   * Changes what an address names. Without a key, since Zuora takes none: it leaves once, and what may have happened is
   * read before anything else is written.
   *
   * @throws as {@link write}
   */
  put(path: string, body: unknown, mayLeave: MayLeave): Promise<Answer>;
};

export const createClient = (connection: Connection, invocation: Invocation): ZuoraClient => {
  const { patience, random, clock, pace, timeoutMs, onRetry } = connection;
  const answered = new Set<string>();
  const readWith = async (asked: Asked, onLeave?: () => void): Promise<Answer> => {
    const address = addressOf(asked);
    for (let attempt = 1; ; attempt += 1) {
      const about = { kind: "read", wasThere: answered.has(address) } as const;
      const outcome = await authenticated(connection, invocation, about, (token) =>
        exchangeRead(connection, invocation, requestOf(connection, invocation, asked, token), onLeave),
      );
      if (!(outcome instanceof SettlementError)) {
        answered.add(address);
        return outcome;
      }
      const remainingMs = invocation.remainingMs() - timeoutMs;
      const delayMs = retryDelayMs(outcome, attempt, patience, random(), remainingMs);
      if (delayMs === undefined) throw outcome;
      const pausedMs = pace.pausedMs();
      const waitMs = Math.max(delayMs, pausedMs);
      if (pausedMs > patience.pauseMaxMs || waitMs > remainingMs) throw outcome;
      onRetry(outcome);
      await clock.sleep(waitMs);
    }
  };
  return {
    get: (path, onLeave) => readWith({ method: "GET", path }, onLeave),
    read: (path, body) => readWith({ method: "POST", path, body }),
    write: async (path, body, key, mayLeave = always) => {
      const outcome = await authenticated(connection, invocation, { kind: "write" }, (token, round) => {
        const request = requestOf(connection, invocation, { method: "POST", path, body }, token);
        // A refusal is stored under its key for a day, so the call with another token gets another key.
        const keyed = withKey(request, round === 1 ? key : `${key}-${round}`);
        return exchangeWrite(connection, invocation, keyed, mayLeave);
      });
      if (outcome instanceof SettlementError) throw outcome;
      return outcome;
    },
    put: async (path, body, mayLeave) => {
      const outcome = await authenticated(connection, invocation, { kind: "write" }, (token) => {
        const request = requestOf(connection, invocation, { method: "PUT", path, body }, token);
        return exchangeUnkeyedWrite(connection, invocation, request, mayLeave);
      });
      if (outcome instanceof SettlementError) throw outcome;
      return outcome;
    },
  };
};

/**
 * Runs a call with the current token and, where that is refused, once more with a new one. The failures of Zuora
 * come back as values, so that one place decides about another attempt.
 *
 * @throws {ConfigError} where there are no credentials to ask with
 */
const authenticated = async (
  connection: Connection,
  invocation: Invocation,
  { kind, wasThere }: { readonly kind: CallKind; readonly wasThere?: boolean },
  call: (token: string, round: number) => Promise<Received>,
): Promise<Answer | SettlementError> => {
  const { tokens, pace } = connection;
  for (let round = 1; ; round += 1) {
    const refusal = pace.refusal() ?? lackOfTime(connection, invocation);
    if (refusal !== undefined) return refusal;
    const token = await tokens.current().catch(settlementError);
    if (token instanceof SettlementError) {
      if (token instanceof ZuoraBusyError) pace.heard(token);
      return token;
    }
    const received = await call(token, round).catch(settlementError);
    if (received instanceof SettlementError) return received;
    const outcome = interpret(received, kind, wasThere);
    if (!(outcome instanceof TokenRefusal)) {
      pace.heard(outcome);
      return outcome;
    }
    tokens.refuse(token);
    if (round === 1) continue;
    pace.heard(outcome);
    return outcome.error;
  }
};

const always: MayLeave = async () => true;

type Asked = Pick<HttpRequest, "method" | "path"> & { readonly body?: unknown | undefined };

/** The pages of one list that follow each other by cursor are one address. A numbered page may be one too many. */
const addressOf = ({ method, path }: Asked): string => `${method} ${path.replace(/&cursor=[^&]*/, "")}`;

const requestOf = (
  { headers }: Connection,
  { trackId }: Invocation,
  { method, path, body }: Asked,
  token: string,
): HttpRequest => {
  const signed = { ...headers, authorization: `Bearer ${token}`, "zuora-track-id": trackId };
  if (body === undefined) return { method, path, headers: signed };
  return { method, path, headers: { ...signed, "content-type": "application/json" }, body: JSON.stringify(body) };
};

const withKey = (request: HttpRequest, key: string): HttpRequest => ({
  ...request,
  headers: { ...request.headers, "idempotency-key": key },
});
