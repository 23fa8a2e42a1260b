import type { Mode } from "../../domain/credit/mode.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** What a tenant can do and what its bill runs made last, each learnt by itself. Days are `YYYY-MM-DD`. */
export type Capabilities = {
  /** Undefined where the tenant does not tell. */
  readonly hasCreditBalance: boolean | undefined;
  readonly hasCreditMemos: boolean;
  readonly lastNegativeInvoice: string | undefined;
  readonly lastCreditMemo: string | undefined;
};

/**
 * The four kinds of tenant. Harmonization has both ways at once and a switch, "Enable Credit Memo Generation instead of
 * Negative Invoices": so neither a memo nor a list of memos proves anything about negative invoices (Zuora: Invoice
 * Settlement Harmonization).
 */
export type TenantKind = "legacy" | "harmonized-off" | "harmonized-on" | "settlement";

/** Undefined where what is known fits several kinds. */
export const tenantKindOf = (capabilities: Capabilities): TenantKind | undefined => {
  const { hasCreditBalance, hasCreditMemos, lastNegativeInvoice, lastCreditMemo } = capabilities;
  if (!hasCreditMemos) return hasCreditBalance === false ? undefined : "legacy";
  if (hasCreditBalance === undefined) return undefined;
  if (!hasCreditBalance) return "settlement";
  if (lastNegativeInvoice === lastCreditMemo) return undefined;
  return (lastNegativeInvoice ?? "") > (lastCreditMemo ?? "") ? "harmonized-off" : "harmonized-on";
};

const name = "kind of tenant";

/** What a mode makes of a tenant of a kind: the mode that fits, and why. */
const fitting: Readonly<
  Record<TenantKind, { readonly modes: readonly Mode[]; readonly is: string; readonly todo: string }>
> = {
  legacy: {
    modes: ["credit-balance"],
    is: "without Invoice Settlement: negative invoices come out of bill runs",
    todo: "set the stage's mode to credit-balance: this tenant has no credit memos",
  },
  "harmonized-off": {
    modes: ["credit-balance", "both"],
    is: "Harmonization with negative invoices",
    todo: "set the stage's mode to both, or to credit-balance: this tenant's bill runs make negative invoices",
  },
  "harmonized-on": {
    modes: ["both"],
    is: "Harmonization with credit memos instead of negative invoices",
    todo: "set the stage's mode to both: new credit is on memos, and what is still negative on invoices",
  },
  settlement: {
    modes: ["credit-memos"],
    is: "Invoice Settlement without a credit balance: credit is on memos",
    todo: "set the stage's mode to credit-memos: here a negative invoice can go nowhere",
  },
};

/** One sentence on what the tenant is, and whether the stage's mode fits it. */
export const judgeKind = (capabilities: Capabilities, mode: Mode): Check => {
  const { lastNegativeInvoice = "none seen", lastCreditMemo = "none seen" } = capabilities;
  const made = `last negative invoice of a bill run ${lastNegativeInvoice}, last credit memo of one ${lastCreditMemo}`;
  const kind = tenantKindOf(capabilities);
  if (kind === undefined) {
    return warn(
      name,
      `cannot be told (${made}); the mode is ${mode}`,
      'look in the billing settings for "Enable Credit Memo Generation instead of Negative Invoices": if it is on, new credit is on memos, and the mode is both or, without a credit balance, credit-memos',
    );
  }
  const { modes, is, todo } = fitting[kind];
  const says = `${is} (${made}); the mode is ${mode}`;
  if (modes.includes(mode)) return ok(name, says);
  // What is still negative is settled all the same: nothing is wrong, and something is left.
  return kind === "harmonized-on" && mode === "credit-balance" ? warn(name, says, todo) : fail(name, says, todo);
};
