import { ZuoraBusyError, ZuoraContractError } from "../../domain/errors.ts";

/**
 * Whether Zuora says that the tenant does not offer what was asked for: the address or the object is unknown, which is
 * different from being busy, from refusing us and from an answer that nobody understands. A page that a gateway wrote
 * is no answer of Zuora's.
 */
export const isNotOffered = (error: unknown): error is ZuoraContractError =>
  error instanceof ZuoraContractError &&
  /^(\d{6}40|INVALID_TYPE|MALFORMED_QUERY|HTTP_404)$/.test(error.zuoraCode ?? "");

/** The same in Zuora's own words, with a code of its own. */
export const isNotOfferedInZuorasWords = (error: unknown): error is ZuoraContractError =>
  isNotOffered(error) && error.zuoraCode !== "HTTP_404";

/** Whoever believes that customers are not charged stops looking: the same is to be said so often and for so long. */
const saidTimesMin = 3;
const saidForMs = 30_000;
/** What stands before Zuora may lose a route for minutes. */
const saidByGatewayForMs = 5 * 60_000;
const askAgainMs = 10_000;

export type OfferDeps = {
  readonly now: () => number;
  /** Whether answers of the tenant carry Zuora's request id, so that one without is a gateway's; absent: unknown. */
  readonly signsAnswers?: (() => boolean) | undefined;
  /** Told once, when it is believed. */
  readonly onNotOffered: (what: string, because: ZuoraContractError) => void;
  /** Waits for the next answer here; absent: the caller comes back by itself. */
  readonly sleep?: ((milliseconds: number) => Promise<void>) | undefined;
};

/** Asks for something that a tenant may not offer; any answer that offers it ends all doubt. */
export type Offer = {
  /**
   * @returns undefined where the tenant does not offer it, which is asked anew each time
   * @throws {ZuoraBusyError} while that is said and not yet believed, and whatever `read` throws
   */
  ask<T>(read: () => Promise<T>): Promise<T | undefined>;
};

/**
 * Zuora's own words are believed soon, and so are others' where the tenant signs no answer. A gateway's are never
 * believed of what was offered to this environment before.
 *
 * @param what names it in messages, such as `payment runs`
 */
export const createOffer = (what: string, { now, signsAnswers, onNotOffered, sleep }: OfferDeps): Offer => {
  let said: { readonly since: number; readonly times: number } | undefined;
  let isTold = false;
  let wasOffered = false;
  const forMsMin = (error: ZuoraContractError): number => {
    const isSigned = error.zuoraRequestId !== undefined;
    if (isNotOfferedInZuorasWords(error)) return saidForMs;
    if (wasOffered) return Number.POSITIVE_INFINITY;
    return !isSigned && signsAnswers?.() ? saidByGatewayForMs : saidForMs;
  };
  const isBelieved = (error: ZuoraContractError): boolean => {
    said = { since: said?.since ?? now(), times: (said?.times ?? 0) + 1 };
    if (said.times < saidTimesMin || now() - said.since < forMsMin(error)) return false;
    if (!isTold) onNotOffered(what, error);
    isTold = true;
    return true;
  };
  const ask = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
    try {
      const answer = await read();
      said = undefined;
      isTold = false;
      wasOffered = true;
      return answer;
    } catch (error) {
      if (!isNotOffered(error)) throw error;
      if (isBelieved(error)) return undefined;
      const message = `Zuora says that it offers no ${what}; it is asked again before that is believed`;
      if (sleep === undefined) throw new ZuoraBusyError(message, { cause: error, retryAfterMs: askAgainMs });
      await sleep(askAgainMs);
      return ask(read);
    }
  };
  return { ask };
};
