import { fromDecimal } from "../../../functions/domain/money.ts";
import type { Fields } from "../adjust.ts";
import { SentNumber } from "../wire.ts";
import type { Application, Entry, MemoRefusal } from "./judge-application.ts";

const entriesMax = 1_000;
const commentMax = 255;

const missing = (name: string): MemoRefusal => ({ code: 53840022, message: `Missing required field: ${name}` });

const wrong = (message: string): MemoRefusal => ({ code: 53840020, message });

/** Zuora would ignore what it does not know: silence hides mistakes. */
const unknownField = (fields: Fields, known: readonly string[]): MemoRefusal | undefined => {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  return unknown === undefined ? undefined : { code: 53840021, message: `Unknown field: ${unknown}` };
};

/**
 * Reads the body of `apply` or `unapply`.
 *
 * @param more fields that may be there besides
 */
export const applicationIn = (
  body: Fields,
  kind: "apply" | "unapply",
  more: readonly string[] = kind === "apply" ? ["applicationRule"] : [],
): Application | MemoRefusal => {
  const unknown = unknownField(body, ["effectiveDate", "invoices", "debitMemos", ...more]);
  if (unknown !== undefined) return unknown;
  const { effectiveDate, invoices = [], debitMemos = [], applicationRule } = body;
  if (effectiveDate !== undefined && !(typeof effectiveDate === "string" && /^\d{4}-\d{2}-\d{2}$/.test(effectiveDate)))
    return wrong("effectiveDate is a day, yyyy-mm-dd");
  if (!Array.isArray(invoices) || !Array.isArray(debitMemos)) return wrong("invoices and debitMemos are lists");
  if (debitMemos.length > 0) return { code: 53840040, message: "Cannot find the debit memo." };
  if (invoices.length > entriesMax) return wrong(`at most ${entriesMax} invoices in a call`);
  if (kind === "apply" && invoices.length === 0) return missing("invoices");
  if (applicationRule !== undefined && applicationRule !== "ApplyCreditToSourceItemRule")
    return wrong("applicationRule is ApplyCreditToSourceItemRule");
  const entries = invoices.map(entryIn);
  const refused = entries.find((entry) => "code" in entry);
  if (refused !== undefined) return refused as MemoRefusal;
  return {
    entries: entries as readonly Entry[],
    effectiveDate: effectiveDate as string | undefined,
    toSourceItems: applicationRule !== undefined,
  };
};

const entryIn = (sent: unknown): Entry | MemoRefusal => {
  const fields = Object(sent) as Fields;
  // Choosing items needs Invoice Item Settlement, which the tenant does not have.
  const unknown = unknownField(fields, ["invoiceId", "amount"]);
  if (unknown !== undefined) return unknown;
  const { invoiceId, amount } = fields;
  if (typeof invoiceId !== "string") return missing("invoiceId");
  if (amount === undefined) return missing("amount");
  if (!(amount instanceof SentNumber)) return wrong("amount is a number");
  try {
    const money = fromDecimal(amount.text);
    return money.gt(0) ? { invoiceId, amount: money } : wrong("amount is more than 0");
  } catch {
    return wrong("amount has at most 9 decimal places");
  }
};

/** What an update of a memo may change. */
export type MemoChange = {
  readonly comment?: string;
  readonly excludeFromAutoApplyRules?: boolean;
  readonly custom: Readonly<Record<string, string>>;
};

/** Reads the body of an update; of custom fields the tenant knows its own. */
export const changeIn = (body: Fields, customFields: ReadonlySet<string>): MemoChange | MemoRefusal => {
  const unknown = unknownField(body, ["comment", "excludeFromAutoApplyRules", ...customFields]);
  if (unknown !== undefined) return unknown;
  const { comment, excludeFromAutoApplyRules, ...custom } = body;
  if (comment !== undefined && !(typeof comment === "string" && comment.length <= commentMax))
    return wrong(`comment is a text of at most ${commentMax} characters`);
  if (excludeFromAutoApplyRules !== undefined && typeof excludeFromAutoApplyRules !== "boolean")
    return wrong("excludeFromAutoApplyRules is true or false");
  if (Object.values(custom).some((value) => typeof value !== "string")) return wrong("a custom field is a text");
  return {
    ...(comment === undefined ? {} : { comment }),
    ...(excludeFromAutoApplyRules === undefined ? {} : { excludeFromAutoApplyRules }),
    custom: custom as Readonly<Record<string, string>>,
  };
};
