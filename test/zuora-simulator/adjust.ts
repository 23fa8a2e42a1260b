import { decimalPlacesIn } from "../../functions/domain/currency.ts";
import { add, decimalPlacesOf, fromDecimal, type Money, negate, zero } from "../../functions/domain/money.ts";
import { apiUserId } from "./authentication.ts";
import type { AdjustmentRecord, InvoiceRecord } from "./records.ts";
import type { Store } from "./store.ts";
import { SentNumber } from "./wire.ts";

/** What a tenant looks at when it judges an adjustment. */
export type AdjustmentRules = {
  readonly today: string;
  readonly now: number;
  /** Accounts whose accounting period is closed. */
  readonly closedPeriods: ReadonlySet<string>;
  /** Zuora's id of the user who asks; without, that of the API. */
  readonly userId?: string;
  /** A tenant without rounding keeps 9 decimal places; any other has as many as the currency. */
  readonly isWithoutRounding?: boolean;
};

/** Somebody who works in Zuora's own pages. */
export const personId = "8aa0000000000000000000000000a002";

export type Refusal = { readonly code: string; readonly message: string };

export type Fields = Readonly<Record<string, unknown>>;

/** Fields that a create knows; every other one is unrecognised. */
export const creatableFields = new Set([
  "Amount",
  "Type",
  "SourceTransactionId",
  "SourceTransactionNumber",
  "AdjustmentDate",
  "Comment",
  "ReferenceId",
  "AccountingCode",
  "ReasonCode",
]);

const lengthMax: Readonly<Record<string, number>> = {
  SourceTransactionId: 32,
  SourceTransactionNumber: 50,
  Comment: 255,
  // The REST page says 100, the SOAP page 60: the stricter one.
  ReferenceId: 60,
  AccountingCode: 100,
  ReasonCode: 32,
};

const invalid = (message: string): Refusal => ({ code: "INVALID_VALUE", message });

/** Creates one credit balance adjustment, or says why Zuora refuses it. */
export const createAdjustment = (store: Store, fields: Fields, rules: AdjustmentRules): AdjustmentRecord | Refusal => {
  const malformed = refusalOfFields(fields, rules);
  if (malformed !== undefined) return malformed;
  const amount = fromDecimal((fields["Amount"] as SentNumber).text);
  const invoice = sourceOf(store, fields);
  if (invoice === undefined) {
    return invalid("The invoice could not be found. It may have been deleted by another user.");
  }
  const refused = refusalOfEffect(store, invoice, fields["Type"] as AdjustmentRecord["Type"], amount, rules);
  return refused ?? carryOut(store, invoice, fields, amount, rules);
};

const refusalOfFields = (fields: Fields, { today }: AdjustmentRules): Refusal | undefined => {
  const { Amount: amount, Type: type } = fields;
  if (amount === undefined) return { code: "MISSING_REQUIRED_VALUE", message: "Missing required value: Amount" };
  if (type === undefined) return { code: "MISSING_REQUIRED_VALUE", message: "Missing required value: Type" };
  if ((fields["SourceTransactionId"] ?? fields["SourceTransactionNumber"] ?? undefined) === undefined) {
    const message = "Missing required value: SourceTransactionId or SourceTransactionNumber";
    return { code: "MISSING_REQUIRED_VALUE", message };
  }
  if (!(amount instanceof SentNumber)) return invalid("The field Amount must be a number");
  if (!isAmount(amount.text)) return invalid("The Amount must be a positive number of at most 9 decimal places");
  if (type !== "Increase" && type !== "Decrease") return invalid("The Type must be Increase or Decrease");
  for (const [name, max] of Object.entries(lengthMax)) {
    const text = fields[name];
    if (text === undefined || text === null) continue;
    if (typeof text !== "string" || text.length > max)
      return invalid(`The field ${name} is a text of at most ${max} characters`);
    // Zuora stores no character beyond the Basic Multilingual Plane.
    if (/[\u{10000}-\u{10FFFF}]/u.test(text))
      return invalid(`The field ${name} holds a character that is not supported`);
  }
  const date = fields["AdjustmentDate"];
  return date === undefined || date === today ? undefined : invalid("The AdjustmentDate must be today");
};

const isAmount = (text: string): boolean => {
  try {
    const amount = fromDecimal(text);
    return amount.gt(0) && decimalPlacesOf(amount) <= 9;
  } catch {
    return false;
  }
};

const sourceOf = ({ invoices }: Store, fields: Fields): InvoiceRecord | undefined => {
  const { SourceTransactionId: id, SourceTransactionNumber: number } = fields;
  if (typeof id === "string") return invoices.one("Id", id);
  return typeof number === "string" ? invoices.one("InvoiceNumber", number) : undefined;
};

const refusalOfEffect = (
  { accounts }: Store,
  invoice: InvoiceRecord,
  type: AdjustmentRecord["Type"],
  amount: Money,
  { today, closedPeriods, isWithoutRounding = false }: AdjustmentRules,
): Refusal | undefined => {
  const account = accounts.one("Id", invoice.AccountId);
  if (account === undefined || account.Status !== "Active") return invalid("The account is not active.");
  if (closedPeriods.has(account.Id))
    return { code: "ACCOUNTING_PERIOD_CLOSED", message: "The accounting period is closed." };
  if (invoice.Status !== "Posted") return invalid("The invoice is not posted.");
  if (invoice.InvoiceDate > today) return invalid("The adjustment date cannot be before the invoice date.");
  if (!isWithoutRounding && decimalPlacesOf(amount) > decimalPlacesIn(account.Currency)) {
    return invalid("The amount has wrong decimal places.");
  }
  const tooMuch = "You cannot transfer an amount greater than the invoice balance. Please update and try again.";
  if (type === "Increase") return amount.gt(negate(invoice.Balance)) ? invalid(tooMuch) : undefined;
  if (amount.gt(invoice.Balance)) return invalid("You cannot apply an amount greater than the invoice balance.");
  return amount.gt(account.CreditBalance)
    ? invalid("You cannot apply an amount greater than the credit balance.")
    : undefined;
};

const carryOut = (
  store: Store,
  invoice: InvoiceRecord,
  fields: Fields,
  amount: Money,
  { today, now, userId = apiUserId }: AdjustmentRules,
): AdjustmentRecord => {
  const id = store.nextId("8ac");
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : undefined);
  const adjustment = store.adjustments.add({
    Id: id,
    Number: `CBA-${String(store.adjustments.rows.length + 1).padStart(8, "0")}`,
    AccountId: invoice.AccountId,
    Type: fields["Type"] as AdjustmentRecord["Type"],
    Amount: amount,
    SourceTransactionId: invoice.Id,
    SourceTransactionNumber: invoice.InvoiceNumber,
    SourceTransactionType: "Invoice",
    AdjustmentDate: today,
    Comment: text("Comment"),
    ReferenceId: text("ReferenceId"),
    ReasonCode: text("ReasonCode"),
    AccountingCode: text("AccountingCode"),
    Status: "Processed",
    CancelledOn: undefined,
    CreatedDate: now,
    UpdatedDate: now,
    CreatedById: userId,
    UpdatedById: userId,
  });
  move(store, adjustment, adjustment.Type === "Increase" ? amount : negate(amount), now);
  return adjustment;
};

/** Moves value between the invoice and the credit balance: positive towards credit. */
const move = (store: Store, { AccountId, SourceTransactionId }: AdjustmentRecord, value: Money, now: number): void => {
  const account = store.accounts.one("Id", AccountId);
  const invoice = store.invoices.one("Id", SourceTransactionId);
  if (account === undefined || invoice === undefined) throw new RangeError("an adjustment without account or invoice");
  account.CreditBalance = add(account.CreditBalance, value);
  account.UpdatedDate = now;
  invoice.Balance = add(invoice.Balance, value);
  invoice.CreditBalanceAdjustmentAmount = add(invoice.CreditBalanceAdjustmentAmount, negate(value));
  invoice.UpdatedDate = now;
};

/** Cancels an adjustment: an Increase only while the credit still covers it. */
export const cancelAdjustment = (
  store: Store,
  adjustment: AdjustmentRecord,
  { now, userId = apiUserId }: Pick<AdjustmentRules, "now" | "userId">,
): Refusal | undefined => {
  if (adjustment.Status === "Canceled") return invalid("The credit balance adjustment is already canceled.");
  const account = store.accounts.one("Id", adjustment.AccountId);
  const isIncrease = adjustment.Type === "Increase";
  if (isIncrease && (account?.CreditBalance ?? zero).lt(adjustment.Amount)) {
    return invalid("The credit balance is less than the amount of the adjustment.");
  }
  adjustment.Status = "Canceled";
  adjustment.CancelledOn = now;
  adjustment.UpdatedDate = now;
  adjustment.UpdatedById = userId;
  move(store, adjustment, isIncrease ? negate(adjustment.Amount) : adjustment.Amount, now);
  return undefined;
};
