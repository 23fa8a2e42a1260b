import { add, type Money, negate, subtract, sum, zero } from "../../../domain/money.ts";
import { isOurs } from "../../../domain/run-id.ts";
import type { AdjustmentRecord } from "../ports.ts";

/** What is owed to customers on negative invoices: opening + billed − transferred − by others − still negative = 0. */
export type NegativeLine = {
  readonly currency: string;
  /** Owed when the period began. */
  readonly opening: Money;
  /** Negative invoices posted in it. */
  readonly billed: Money;
  /** By our Increases; less those of ours that were canceled. */
  readonly transferred: Money;
  /** By other people's Increases, and by whatever adjusted the invoices alone. */
  readonly byOthers: Money;
  /** Negative when it ended. */
  readonly stillNegative: Money;
  /**
   * Nought where it balances; else something moved an invoice that is no adjustment of Zuora's, such as a write-off.
   */
  readonly difference: Money;
};

/** What is on credit balances: opening + transferred − applied − by others − closing = 0. */
export type CreditLine = {
  readonly currency: string;
  readonly opening: Money;
  /** Of `opening`, what no adjustment on record put there (imported, say); negative where money left without one. */
  readonly unrecorded: Money;
  readonly transferred: Money;
  /** By our Decreases, to open invoices; less those of ours that were canceled. */
  readonly applied: Money;
  /** What others applied and refunded, less what they transferred and booked. */
  readonly byOthers: Money;
  readonly closing: Money;
  readonly difference: Money;
};

type Amount = { readonly currency: string; readonly amount: Money };

/** An adjustment with what it moved in the period. */
export type Effect = AdjustmentRecord & { readonly currency: string; readonly moved: Money };

export type NegativeTerms = {
  readonly opening: readonly Amount[];
  readonly billed: readonly Amount[];
  readonly effects: readonly Effect[];
  readonly closing: readonly Amount[];
};

export const negativeLines = (terms: NegativeTerms): readonly NegativeLine[] => {
  const transfers = terms.effects.filter(isOfNegative).map(takenFromInvoice);
  const [own, others] = [transfers.filter(isOwn), transfers.filter((each) => !isOwn(each))];
  return currenciesOf(terms.opening, terms.billed, transfers, terms.closing)
    .map((currency) => {
      const opening = totalIn(currency, terms.opening);
      const billed = totalIn(currency, terms.billed);
      const transferred = movedIn(currency, own);
      const byOthers = movedIn(currency, others);
      const stillNegative = totalIn(currency, terms.closing);
      const due = sum([opening, billed, negate(transferred), negate(byOthers)]);
      const difference = subtract(due, stillNegative);
      return { currency, opening, billed, transferred, byOthers, stillNegative, difference };
    })
    .filter(hasMoney);
};

export type CreditTerms = {
  readonly accounts: readonly {
    readonly currency: string;
    /** What its adjustments before the period add up to. */
    readonly recordedBefore: Money;
    readonly unrecorded: Money;
    /** Its credit balance now. */
    readonly now: Money;
  }[];
  readonly effects: readonly Effect[];
  /** What was moved after the period; nothing where it ends now. */
  readonly movedAfter: readonly Effect[];
};

export const creditLines = (terms: CreditTerms): readonly CreditLine[] => {
  const effects = terms.effects.filter(({ isOfInvoiceAlone }) => !isOfInvoiceAlone);
  const own = effects.filter(isOwn);
  const others = effects.filter((each) => !isOwn(each));
  return currenciesOf(terms.accounts, effects)
    .map((currency) => {
      const accounts = terms.accounts.filter((each) => each.currency === currency);
      const unrecorded = sum(accounts.map((each) => each.unrecorded));
      const opening = add(unrecorded, sum(accounts.map(({ recordedBefore }) => recordedBefore)));
      const transferred = movedIn(currency, own.filter(isIncrease));
      const applied = movedIn(
        currency,
        own.filter((each) => !isIncrease(each)),
      );
      const byOthers = negate(creditIn(currency, others));
      const closing = subtract(sum(accounts.map(({ now }) => now)), creditIn(currency, terms.movedAfter));
      const due = sum([opening, transferred, negate(applied), negate(byOthers)]);
      return {
        currency,
        opening,
        unrecorded,
        transferred,
        applied,
        byOthers,
        closing,
        difference: subtract(due, closing),
      };
    })
    .filter(hasMoney);
};

/** What `SourceTransactionType` says of an adjustment whose other side is an invoice. */
const invoiceSource = "Invoice";

/** What changes a negative invoice: a transfer of credit, or an adjustment of the invoice alone. */
const isOfNegative = ({ type, sourceType = invoiceSource, isOfInvoiceAlone }: Effect): boolean =>
  isOfInvoiceAlone ?? (type === "Increase" && sourceType === invoiceSource);

/** A credit of the invoice alone adds to what is owed on it. */
const takenFromInvoice = (each: Effect): Effect =>
  each.type === "Increase" ? each : { ...each, moved: negate(each.moved) };

const isOwn = ({ reference }: Effect): boolean => isOurs(reference);

const isIncrease = ({ type }: Effect): boolean => type === "Increase";

const currenciesOf = (...items: readonly (readonly { readonly currency: string }[])[]): readonly string[] =>
  [...new Set(items.flat().map(({ currency }) => currency))].toSorted();

const totalIn = (currency: string, items: readonly Amount[]): Money =>
  sum(items.filter((each) => each.currency === currency).map(({ amount }) => amount));

const movedIn = (currency: string, effects: readonly Effect[]): Money =>
  sum(effects.filter((each) => each.currency === currency).map(({ moved }) => moved));

const creditIn = (currency: string, effects: readonly Effect[]): Money =>
  subtract(
    movedIn(currency, effects.filter(isIncrease)),
    movedIn(
      currency,
      effects.filter((each) => !isIncrease(each)),
    ),
  );

/** A currency in which there was nothing and nothing moved is no line of a report. */
const hasMoney = ({ currency: _currency, ...terms }: NegativeLine | CreditLine): boolean =>
  Object.values(terms).some((amount) => !amount.eq(zero));
