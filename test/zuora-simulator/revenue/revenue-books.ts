import { fromDecimal, type Money, subtract, sum, zero } from "../../../functions/domain/money.ts";
import type { InvoiceItemRecord, InvoiceRecord } from "../records.ts";
import type { Store } from "../store.ts";
import { type AccountingPeriodRecord, monthsAround } from "./periods.ts";

/** A revenue schedule: what is in no named period is in Open-Ended. */
export type ScheduleRecord = {
  readonly number: string;
  readonly accountId: string;
  readonly subscriptionId: string;
  /** Of the charge's original version. */
  readonly chargeId: string;
  readonly itemId: string;
  readonly invoiceNumber: string;
  readonly amount: Money;
  readonly currency: string;
  readonly ruleName: string;
  referenceId: string | undefined;
  readonly createdAt: number;
  updatedAt: number;
  /** By the first day of the period. */
  readonly distributed: Map<string, Money>;
};

/** What moved revenue of a schedule; parts are what each period gained, `undefined` being Open-Ended. */
export type RevenueEventRecord = {
  readonly number: string;
  readonly scheduleNumber: string;
  readonly eventType: string;
  readonly notes: string;
  readonly createdAt: number;
  readonly parts: readonly { readonly startDate: string | undefined; readonly amount: Money }[];
};

/** How a charge is recognised: by a person, or at once on the invoice's day, which is all in that day's period. */
export type RecognitionRule = "Manual" | "Upon invoicing";

export type RevenueOptions = {
  /** Milliseconds from posting until there is a schedule; minutes in production. */
  readonly delayMs: number;
  /** The same of one item, where they differ. */
  readonly delayMsOf?: ((item: InvoiceItemRecord) => number) | undefined;
  readonly periods: readonly AccountingPeriodRecord[];
  readonly ruleOf: (item: InvoiceItemRecord) => RecognitionRule;
  /** The first day of transactions that get a schedule; without, none does. */
  readonly automationStart: string | undefined;
  /** The permission *Change Revenue Distribution*. */
  readonly mayDistribute: boolean;
  /** Whether moving what is undistributed of an emptied schedule is refused or does nothing: nobody has said. */
  readonly refusesEmptied: boolean;
};

/**
 * A tenant's finance: its accounting periods, and the schedules that posting makes, each when it is first looked at.
 */
export class RevenueBooks {
  readonly periods: AccountingPeriodRecord[];
  readonly events: RevenueEventRecord[] = [];
  readonly options: RevenueOptions;
  readonly #byItem = new Map<string, ScheduleRecord>();
  readonly #byNumber = new Map<string, ScheduleRecord>();

  constructor(today: string, options: Partial<RevenueOptions> = {}) {
    this.options = {
      delayMs: 0,
      periods: monthsAround(today, 3, 2),
      ruleOf: () => "Manual",
      automationStart: "2014-01-01",
      mayDistribute: true,
      refusesEmptied: false,
      ...options,
    };
    this.periods = this.options.periods.map((period) => ({ ...period }));
  }

  periodOf(day: string): AccountingPeriodRecord | undefined {
    return this.periods.find(({ startDate, endDate }) => startDate <= day && day <= endDate);
  }

  schedule(number: string): ScheduleRecord | undefined {
    return this.#byNumber.get(number);
  }

  /** The schedule of a posted invoice's item, once it has had time to be made; tax and drafts have none. */
  scheduleOfItem(store: Store, itemId: string, now: number): ScheduleRecord | undefined {
    const made = this.#byItem.get(itemId);
    if (made !== undefined) return made;
    const item = store.invoiceItems.one("Id", itemId);
    const invoice = item === undefined ? undefined : store.invoices.one("Id", item.InvoiceId);
    if (item === undefined || invoice?.PostedDate === undefined || item.ProcessingType === "3") return undefined;
    const { automationStart, delayMs, delayMsOf = () => delayMs } = this.options;
    const madeAt = invoice.PostedDate + delayMsOf(item);
    const isAutomated = automationStart !== undefined && automationStart <= invoice.InvoiceDate;
    const isDue = isAutomated && invoice.Status === "Posted" && now >= madeAt;
    return isDue ? this.#make(invoice, item, madeAt) : undefined;
  }

  #make(invoice: InvoiceRecord, item: InvoiceItemRecord, createdAt: number): ScheduleRecord {
    const ruleName = this.options.ruleOf(item);
    const schedule: ScheduleRecord = {
      number: `RS-${String(this.#byNumber.size + 1).padStart(8, "0")}`,
      accountId: invoice.AccountId,
      subscriptionId: `original-of-${item.SubscriptionNumber}`,
      chargeId: item.originalChargeId ?? `original-charge-of-${item.SubscriptionNumber}`,
      itemId: item.Id,
      invoiceNumber: invoice.InvoiceNumber,
      amount: item.ChargeAmount,
      currency: invoice.Currency,
      ruleName,
      referenceId: undefined,
      createdAt,
      updatedAt: createdAt,
      distributed: new Map(),
    };
    const period = ruleName === "Manual" ? undefined : this.periodOf(invoice.InvoiceDate);
    if (period !== undefined) schedule.distributed.set(period.startDate, schedule.amount);
    this.#byItem.set(item.Id, schedule);
    this.#byNumber.set(schedule.number, schedule);
    return schedule;
  }

  /** Writes a move down; nobody checks it here. */
  move(schedule: ScheduleRecord, to: Omit<RevenueEventRecord, "number" | "scheduleNumber">): RevenueEventRecord {
    for (const { startDate, amount } of to.parts) {
      if (startDate === undefined) continue;
      const next = (schedule.distributed.get(startDate) ?? zero).plus(amount) as Money;
      if (next.eq(0)) schedule.distributed.delete(startDate);
      else schedule.distributed.set(startDate, next);
    }
    schedule.updatedAt = to.createdAt;
    const number = `RE-${String(this.events.length + 1).padStart(8, "0")}`;
    const event = { ...to, number, scheduleNumber: schedule.number };
    this.events.push(event);
    return event;
  }
}

export const undistributedOf = ({ amount, distributed }: ScheduleRecord): Money =>
  subtract(amount, sum(distributed.values()));

/** A person moves so much of a schedule to a day's period, or all of Open-Ended, in Zuora's own pages. */
export const distributeByHand = (
  books: RevenueBooks,
  schedule: ScheduleRecord,
  day: string,
  now: number,
  amount: string = undistributedOf(schedule).toFixed(),
): void => {
  const part = fromDecimal(amount);
  const startDate = books.periodOf(day)?.startDate;
  if (startDate === undefined) throw new RangeError(`no accounting period on ${day}`);
  const parts = [
    { startDate, amount: part },
    { startDate: undefined, amount: part.times(-1) as Money },
  ];
  books.move(schedule, { eventType: "Revenue Distributed", notes: "", createdAt: now, parts });
};
