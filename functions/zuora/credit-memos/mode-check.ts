import { hasCreditBalance, hasCreditMemos, type Mode } from "../../domain/credit/mode.ts";
import { ConfigError, LostRouteError, ZuoraAccessError, ZuoraContractError } from "../../domain/errors.ts";
import type { ZuoraClient } from "../http/client.ts";
import { lastInvoiceDay, lastMemoDay, questions } from "./made-by-bill-runs.ts";

/** Asked before anything of an account is read; once it has passed, not again. */
export type ModeCheck = {
  /**
   * @throws {ConfigError} where the tenant contradicts the stage's mode
   * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
   */
  passed(client: ZuoraClient): Promise<void>;
};

/**
 * Holds the stage's mode against what the tenant has and its bill runs make now. Without credit memos nothing is asked;
 * a tenant that cannot be told passes, since only a contradiction is a reason to stop.
 */
export const createModeCheck = (mode: Mode | undefined): ModeCheck => {
  let passing: Promise<void> | undefined;
  return {
    passed: (client) => {
      if (mode === undefined || !hasCreditMemos(mode)) return Promise.resolve();
      const asked = passing ?? contradict(client, mode);
      passing = asked;
      asked.catch(() => {
        if (passing === asked) passing = undefined;
      });
      return asked;
    },
  };
};

const contradict = async (client: ZuoraClient, mode: Mode): Promise<void> => {
  const memos = await askTwice(client, questions.creditMemos).catch((error: unknown) => {
    if (!isNotOffered(error)) throw error;
    throw new ConfigError(
      `the mode is ${mode}, and Zuora refuses credit memos (${error.message}): nothing is written; ` +
        "set the mode to credit-balance where the tenant has none, else give the user the permission to read them",
      { cause: error },
    );
  });
  if (hasCreditBalance(mode)) return;
  const invoices = await client.get(questions.negativeInvoices);
  const [invoiceDay, memoDay] = [lastInvoiceDay(invoices.body), lastMemoDay(memos.body)];
  if (invoiceDay === undefined || invoiceDay <= (memoDay ?? "")) return;
  throw new ConfigError(
    `the mode is ${mode}, and the tenant's bill runs make negative invoices, the last on ${invoiceDay} ` +
      `(last credit memo: ${memoDay ?? "none seen"}): nothing is written; set the mode to both or credit-balance`,
  );
};

/**
 * An error of who asked for credit balance, as what it is: where the tenant knows none, the mode contradicts it.
 *
 * @param mode absent: `credit-balance`
 */
export const contradictionIn = (error: unknown, mode: Mode = "credit-balance"): unknown => {
  if (!(error instanceof ZuoraContractError) || !saysNoCreditBalance(error)) return error;
  return new ConfigError(
    `the mode is ${mode}, and Zuora knows no credit balance (${error.message}): nothing is written; ` +
      "set the mode to credit-memos where credit is on memos, else have Zuora's support turn the Credit Balance feature on",
    { cause: error },
  );
};

/** Of an object or a field, in the words of a fault (Zuora: Error codes). */
const saysNoCreditBalance = ({ zuoraCode = "", message }: ZuoraContractError): boolean =>
  /^INVALID_(TYPE|FIELD)$/.test(zuoraCode) && /creditbalance/i.test(message);

/** Only Zuora's second answer says that the tenant has none; a route that is lost was asked for several times. */
const askTwice = (client: ZuoraClient, question: string) =>
  client.get(question).catch((error: unknown) => {
    if (!(error instanceof ZuoraContractError) || error instanceof LostRouteError) throw error;
    return client.get(question);
  });

/** By category: no permission, not found; or an address that is not routed at all. */
const isNotOffered = (error: unknown): error is Error =>
  error instanceof ZuoraAccessError
    ? /^\d{6}10$/.test(error.zuoraCode ?? "")
    : error instanceof ZuoraContractError && /^(\d{6}[24]0|\d{6}45|HTTP_404)$|^$/.test(error.zuoraCode ?? "");
