import { type MayLeave, WithheldError } from "../../app/settle/ports.ts";
import { lackOfTimeCode, SettlementError, WriteOutcomeUnknownError, ZuoraBusyError } from "../../domain/errors.ts";
import { type Received, receive } from "./answers/answer.ts";
import { type CallKind, isStillInProgress, isThrottle } from "./answers/classify.ts";
import type { Connection, Invocation } from "./connection.ts";
import { type HttpRequest, NoAnswerError } from "./transport.ts";

/** A write leaves once, and once more where no answer came. */
const sendsMax = 2;

/** How often a write that Zuora says is still in progress is asked after, before it is left to the next delivery. */
const inProgressMax = 5;
const inProgressFirstDelayMs = 500;

/**
 * Sends one read. Whether a read is worth repeating is decided elsewhere.
 *
 * @param onLeave told when it leaves
 * @throws {ZuoraBusyError} when no answer came, or too little time is left for one
 */
export const exchangeRead = async (
  connection: Connection,
  invocation: Invocation,
  request: HttpRequest,
  onLeave: () => void = () => {},
): Promise<Received> => {
  const mayLeave = async () => {
    onLeave();
    return true;
  };
  try {
    return await exchangeOnce(connection, invocation, "read", request, mayLeave);
  } catch (error) {
    throw error instanceof NoAnswerError ? new ZuoraBusyError(unanswered(error), { cause: error }) : error;
  }
};

/**
 * Sends one write, and the same request under the same key once more where no answer came: Zuora then answers what
 * it answered the first time. Whether it may leave is asked each time: a lost answer takes minutes, and meanwhile
 * somebody may have stopped everything, or a payment run may have come near.
 *
 * @throws {WithheldError} when it did not leave
 * @throws {ZuoraBusyError} when Zuora certainly never saw it
 * @throws {WriteOutcomeUnknownError} when it may have happened
 */
export const exchangeWrite = async (
  connection: Connection,
  invocation: Invocation,
  request: HttpRequest,
  mayLeave: MayLeave,
): Promise<Received> => {
  const send = (sends: number) => exchangeOnce(connection, invocation, "write", request, () => mayLeave(sends));
  const first = await send(sendsMax).catch(noAnswer);
  if (!(first instanceof NoAnswerError)) return untilDone(connection, invocation, () => send(1), first);
  if (!first.sent) throw new ZuoraBusyError(unanswered(first), { cause: first });

  const unknown = new WriteOutcomeUnknownError("no answer to a write, nor to the same request sent again", {
    cause: first,
  });
  const second = await send(1).catch(unlessForeign(unknown));
  const received = await untilDone(connection, invocation, () => send(1), second);
  if (received.failure !== undefined) throw unknown;
  return received;
};

/**
 * Sends one write that takes no key, once: Zuora knows Idempotency-Key on POST and PATCH only.
 *
 * @throws {WithheldError} when it did not leave
 * @throws {ZuoraBusyError} when Zuora certainly never saw it
 * @throws {WriteOutcomeUnknownError} when it may have happened
 */
export const exchangeUnkeyedWrite = async (
  connection: Connection,
  invocation: Invocation,
  request: HttpRequest,
  mayLeave: MayLeave,
): Promise<Received> => {
  const answer = await exchangeOnce(connection, invocation, "write", request, () => mayLeave(1)).catch(noAnswer);
  if (!(answer instanceof NoAnswerError)) return answer;
  const about = { cause: answer };
  throw answer.sent
    ? new WriteOutcomeUnknownError("no answer to a write that has no key", about)
    : new ZuoraBusyError(unanswered(answer), about);
};

/** Asks again, under the same key, while Zuora says that the first request with it is still in progress. */
const untilDone = async (
  connection: Connection,
  invocation: Invocation,
  sendAgain: () => Promise<Received>,
  first: Received,
): Promise<Received> => {
  let received = first;
  for (let asked = 1; received.failure !== undefined && isStillInProgress(received.failure); asked += 1) {
    const delayMs = received.retryAfterMs ?? inProgressFirstDelayMs * 2 ** (asked - 1);
    const unknown = new WriteOutcomeUnknownError("Zuora is still working on a write");
    if (asked > inProgressMax || invocation.remainingMs() < delayMs + connection.timeoutMs) throw unknown;
    await connection.clock.sleep(delayMs);
    received = await sendAgain().catch(unlessForeign(unknown));
  }
  return received;
};

/** Whatever kept a repetition from an answer, the first sending may have done what was asked. */
const unlessForeign =
  (unknown: WriteOutcomeUnknownError) =>
  (error: unknown): never => {
    const isKnown =
      error instanceof NoAnswerError || error instanceof SettlementError || error instanceof WithheldError;
    throw isKnown ? unknown : error;
  };

const unanswered = ({ sent, message }: NoAnswerError): string =>
  sent ? `no answer from Zuora (${message})` : `Zuora cannot be reached (${message})`;

const noAnswer = (error: unknown): NoAnswerError => {
  if (error instanceof NoAnswerError) return error;
  throw error;
};

/**
 * The refusal of a call that the time left would not cover: a function killed while it waits for an answer uses up a
 * receive of every message that it holds.
 */
export const lackOfTime = (
  { timeoutMs }: Pick<Connection, "timeoutMs">,
  { remainingMs }: Invocation,
): ZuoraBusyError | undefined =>
  remainingMs() < timeoutMs
    ? new ZuoraBusyError("too little time is left for a call to Zuora", { zuoraCode: lackOfTimeCode })
    : undefined;

const exchangeOnce = async (
  connection: Connection,
  invocation: Invocation,
  kind: CallKind,
  request: HttpRequest,
  mayLeave?: () => Promise<boolean>,
): Promise<Received> =>
  connection.pace.run(kind, async () => {
    const { pace, transport, clock, onCall } = connection;
    // Here and no earlier: a call waits for its turn, and for a token before that.
    if (mayLeave !== undefined && !(await mayLeave())) throw new WithheldError("not allowed to leave");
    const refusal = lackOfTime(connection, invocation);
    if (refusal !== undefined) throw refusal;
    const leftAt = clock.now();
    try {
      const response = await transport(request);
      const received = receive(response);
      const throttled = received.failure !== undefined && isThrottle(received.failure);
      onCall({ kind, throttled, rateLeft: pace.notice(response.headers, clock.now() - leftAt) });
      return received;
    } catch (error) {
      if (error instanceof NoAnswerError) {
        onCall({ kind, throttled: false });
        pace.heard(error);
      }
      throw error;
    }
  });
