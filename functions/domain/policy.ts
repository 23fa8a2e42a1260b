import * as z from "zod";
import { hasCreditMemos, type Mode } from "./credit/mode.ts";
import { fromDecimal, type Money } from "./money.ts";

const currencyCode = z.string().regex(/^[A-Z]{3}$/, "expected a currency code of three capital letters");

const amount = z.string().transform((text, context): Money => {
  try {
    const money = fromDecimal(text);
    if (money.gt(0)) return money;
  } catch {
    // Falls through to the one message that names what is expected.
  }
  context.addIssue({ code: "custom", message: 'expected a positive decimal amount as text, such as "100.00"' });
  return z.NEVER;
});

const amountPerCurrency = z.record(currencyCode, amount);

const keys = z.array(z.string().min(1));

/**
 * The billing team's rules. Written as JSON, set per stage, checked when the stack is synthesised and again at cold
 * start. There are no defaults: whoever reads the settings sees every rule that is in force.
 */
export const policySchema = z.strictObject({
  /** Invoices posted before this day (tenant's time zone) are never touched, so a first run moves no history. */
  postedSince: z.iso.date("expected a day such as 2026-12-01"),
  /** Account currencies that are settled; absent: all. */
  currencies: z.array(currencyCode).optional(),
  /** Account batches that are settled; absent: all. */
  batches: keys.optional(),
  /** Negative invoices of less than this stay where they are. */
  minimumAmount: amountPerCurrency,
  /** An account that needs more than this is left to a person. */
  accountLimit: z.strictObject({ adjustments: z.int().min(1), amount: amountPerCurrency }),
  /** A scan that finds more than this queues nothing and raises an alarm. */
  runLimit: z.strictObject({ accounts: z.int().min(1), amount: amountPerCurrency }),
  /** `transfer-only` leaves the application of credit to payment runs or people. */
  application: z.enum(["apply", "transfer-only"]),
  /** Whether credit that we did not put there may pay open invoices. */
  standingCredit: z.enum(["apply", "leave"]),
  /**
   * Whether what customers paid and no invoice took may pay open invoices, after all credit. Absent: `leave`, and not
   * one call is made for it. Only in modes with credit memos.
   */
  unappliedPayments: z.enum(["leave", "apply"]).optional(),
  /**
   * How Zuora splits what a credit memo pays among the items of an invoice. `source-item` asks for
   * `ApplyCreditToSourceItemRule` wherever the memo credits an item of the invoice: each of its items to the one that
   * it credits. Where Zuora refuses that, and everywhere else, it is the tenant's default application rule. Absent:
   * `default`.
   */
  creditMemoApplicationRule: z.enum(["default", "source-item"]).optional(),
  /**
   * An account's custom field, such as `CreditSweepOptOut__c`; an account where it says `true` or `yes` is left alone.
   */
  optOutField: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*__c$/, "expected the API name of a custom field, ending in __c")
    .optional(),
  /** Only these accounts, by id or number; absent: all. For a first trial in production. */
  accountsAllowed: keys.optional(),
  /** Never these accounts, by id or number. */
  accountsDenied: keys,
  /**
   * What happens to the open-ended revenue of an invoice and its negative mirror once they have settled each other:
   * nothing at all, being told of, or being moved into one open accounting period. Absent: `off`.
   */
  revenue: z.enum(["off", "report", "move"]).optional(),
  /** The recognition rules, by name, whose revenue may be moved; absent: all. */
  revenueRules: keys.optional(),
  /** Sent with every adjustment when set; must exist in the tenant. */
  reasonCode: z.string().min(1).max(32).optional(),
  /** Sent with every adjustment when set; an active code of the tenant's chart of accounts. */
  accountingCode: z.string().min(1).max(100).optional(),
});

/** The rules in force. */
export type Policy = z.output<typeof policySchema>;

/** Whether anything is asked about revenue; where not, not one call is made for it. */
export const looksAtRevenue = ({ revenue = "off" }: Pick<Policy, "revenue">): boolean => revenue !== "off";

/** What a stage's mode has no use for among its rules, in one line; undefined where the two agree. */
export const contradictionOf = (
  { unappliedPayments }: Pick<Policy, "unappliedPayments">,
  mode: Mode,
): string | undefined =>
  unappliedPayments === "apply" && !hasCreditMemos(mode)
    ? "expected unappliedPayments leave: in mode credit-balance no payment is unapplied; a mode with credit memos has them"
    : undefined;

/** Whether unapplied payments are asked for at all; where not, not one call is made for them. */
export const appliesPayments = (
  { unappliedPayments = "leave" }: Pick<Policy, "unappliedPayments">,
  mode: Mode | undefined,
): boolean => unappliedPayments === "apply" && hasCreditMemos(mode);

/** The same as it is written in settings, with amounts as text. */
export type PolicySettings = z.input<typeof policySchema>;
