import * as z from "zod";
import { ZuoraAccessError, ZuoraContractError } from "../../domain/errors.ts";
import type { ZuoraClient } from "../http/client.ts";
import { readPeriods } from "./accounting-periods.ts";

/** A field of invoice items that only a tenant with Zuora Revenue has (Zuora: Billing - Revenue Integration). */
export const zuoraRevenueField = "ExcludeItemBillingFromRevenueAccounting";

/**
 * Why there is no revenue of a tenant to move, in words; nothing else is broken then. Its accounting periods and the
 * day from which revenue schedules are made belong to Zuora Finance, and where Zuora Revenue keeps the ledger, the
 * schedules of billing are nobody's.
 *
 * @throws {ZuoraBusyError | ZuoraAccessError | ZuoraContractError | ConfigError}
 */
export const reasonNotOffered = async (client: ZuoraClient): Promise<string | undefined> => {
  try {
    if ((await readPeriods(client)).length === 0) return "the tenant has no accounting periods";
    if ((await automationStart(client)) === undefined) return "the tenant has no revenue automation start date";
  } catch (error) {
    if (isNotOffered(error)) return error.message;
    throw error;
  }
  return (await hasZuoraRevenue(client)) ? "Zuora Revenue keeps the ledger, and not Zuora Finance" : undefined;
};

const automationStartAnswer = z.object({ startDate: z.string().optional() });

/** Without it, no schedule is ever made (Zuora: Revenue Schedule FAQs). */
const automationStart = async (client: ZuoraClient): Promise<string | undefined> => {
  const { body } = await client.get("/v1/settings/finance/revenue-automation-start-date");
  const parsed = automationStartAnswer.safeParse(body);
  if (parsed.success) return parsed.data.startDate || undefined;
  throw new ZuoraContractError("revenue automation start date: expected a date or nothing", { scope: "envelope" });
};

/** A field that the tenant does not have is refused by its name. */
const hasZuoraRevenue = async (client: ZuoraClient): Promise<boolean> => {
  const queryString = `select Id, ${zuoraRevenueField} from InvoiceItem where Id = '00000000000000000000000000000000'`;
  try {
    await client.read("/v1/action/query", { queryString });
    return true;
  } catch (error) {
    if (error instanceof ZuoraContractError && error.zuoraCode === "INVALID_FIELD") return false;
    throw error;
  }
};

/** Refused for a permission or a feature, or not there at all. */
const isNotOffered = (error: unknown): error is ZuoraAccessError | ZuoraContractError =>
  (error instanceof ZuoraAccessError && /^\d{6}10$/.test(error.zuoraCode ?? "")) ||
  (error instanceof ZuoraContractError && /^(\d{6}40|HTTP_404)$/.test(error.zuoraCode ?? ""));
