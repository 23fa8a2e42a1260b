import { fromDecimal, subtract } from "../../../../functions/domain/money.ts";
import type { BilledInvoice, MirroredPair } from "../../../../functions/domain/revenue/mirrored-pair.ts";
import type {
  Calendar,
  ItemSchedules,
  PairSchedules,
  RevenueStep,
} from "../../../../functions/domain/revenue/plan-revenue.ts";
import type { AccountingPeriod, RevenueSchedule } from "../../../../functions/domain/revenue/schedule.ts";

export const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`);

/** A calendar month of 2026 as an accounting period. */
export const month = (number: number, status: AccountingPeriod["status"] = "Open"): AccountingPeriod => {
  const two = String(number).padStart(2, "0");
  const last = new Date(Date.UTC(2026, number, 0)).getUTCDate();
  return { name: `Month ${number}`, startDate: `2026-${two}-01`, endDate: `2026-${two}-${last}`, status };
};

export const [august, september, october, november] = [month(8, "Closed"), month(9), month(10), month(11)] as const;

export const calendarOn = (today: string, periods = [november, september, october, august]): Calendar => ({
  periods,
  today,
  now: noon(today),
});

export const billed = (number: string, amount: string, about: Partial<BilledInvoice> = {}): BilledInvoice => ({
  id: `id-${number}`,
  number,
  amount: fromDecimal(amount),
  balance: fromDecimal("0"),
  paid: fromDecimal("0"),
  currency: "USD",
  invoiceDate: "2026-10-01",
  createdAt: noon("2026-10-01"),
  postedAt: noon("2026-10-01"),
  ...about,
});

export const runId = "zcs-0mwrun1";

export const pairOf = (amount: string): MirroredPair => ({
  original: billed("INV1", amount),
  mirror: billed("INV2", `-${amount}`),
  runId,
});

/** A schedule; `parts` says what named periods hold, and the rest of the amount is in Open-Ended. */
export const schedule = (
  number: string,
  amount: string,
  parts: readonly (readonly [AccountingPeriod, string])[] = [],
  about: Partial<RevenueSchedule> = {},
): RevenueSchedule => {
  const distributed = parts.map(([period, part]) => ({ period, amount: fromDecimal(part) }));
  return {
    number,
    chargeId: "charge-1",
    currency: "USD",
    amount: fromDecimal(amount),
    undistributed: distributed.reduce((left, part) => subtract(left, part.amount), fromDecimal(amount)),
    distributed,
    ruleName: "Manual",
    isCustom: false,
    isTakenBack: false,
    ...about,
  };
};

/** One item per schedule; `undefined` is an item that has none yet. */
export const side = (...schedules: readonly (RevenueSchedule | undefined)[]): ItemSchedules =>
  new Map(schedules.map((each, index) => [`item-${index + 1}`, each]));

/** What Zuora does with a step: all that is undistributed by then goes into the period. */
export const carriedOut = (items: PairSchedules, step: RevenueStep): PairSchedules => {
  const onSide = (each: ItemSchedules): ItemSchedules =>
    new Map([...each].map(([id, own]) => [id, own?.number === step.schedule.number ? moved(own, step.period) : own]));
  return { original: onSide(items.original), mirror: onSide(items.mirror) };
};

const moved = (own: RevenueSchedule, period: RevenueStep["period"]): RevenueSchedule => ({
  ...own,
  undistributed: fromDecimal("0"),
  distributed: [...own.distributed, { period, amount: own.undistributed }],
});

export const schedulesIn = ({ original, mirror }: PairSchedules): readonly RevenueSchedule[] =>
  [...original.values(), ...mirror.values()].flatMap((each) => each ?? []);
