import { decimalPlacesIn } from "../../../functions/domain/currency.ts";
import {
  decimalPlacesOf,
  fromDecimal,
  type Money,
  negate,
  subtract,
  sum,
  zero,
} from "../../../functions/domain/money.ts";
import type { Fields } from "../adjust.ts";
import { SentNumber } from "../wire.ts";
import { type RevenueBooks, type RevenueEventRecord, type ScheduleRecord, undistributedOf } from "./revenue-books.ts";

/** Category of Zuora's codes, and its words. */
export type RevenueRefusal = { readonly category: 10 | 20 | 30; readonly message: string };

export type Distributed = RevenueEventRecord | RevenueRefusal;

const invalid = (message: string): RevenueRefusal => ({ category: 20, message });
const against = (message: string): RevenueRefusal => ({ category: 30, message });

const notesMax = 2_000;

const eventTypes: Readonly<Record<string, string>> = { RevenueDistributed__z: "Revenue Distributed" };

/** What every write says about itself, or why Zuora takes it for nothing. */
const mark = ({ notes, eventType, eventTypeSystemId = "RevenueDistributed__z" }: Fields) => {
  if (notes !== undefined && (typeof notes !== "string" || notes.length > notesMax)) {
    return invalid(`notes is a text of at most ${notesMax} characters`);
  }
  const known = eventTypes[String(eventTypeSystemId)];
  if (known === undefined || (eventType !== undefined && eventType !== known)) {
    return invalid("The revenue event type is not configured");
  }
  return { eventType: known, notes: notes ?? "" };
};

/** Decimals are sent as texts; a production client sent numbers, and was understood. */
const decimalOf = (value: unknown): Money | undefined => {
  const text = value instanceof SentNumber ? value.text : value;
  try {
    return typeof text === "string" ? fromDecimal(text) : undefined;
  } catch {
    return undefined;
  }
};

const isDay = (value: unknown): value is string => typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);

/** `PUT …/distribute-revenue-on-specific-date`: a part of a schedule goes to the period of a day. */
export const distributeOnSpecificDate = (
  books: RevenueBooks,
  schedule: ScheduleRecord,
  fields: Fields,
  now: number,
): Distributed => {
  if (!books.options.mayDistribute) return notPermitted;
  const { distributeOn, distributionType } = fields;
  if (!isDay(distributeOn)) return invalid("distributeOn is a date yyyy-mm-dd");
  const marked = mark(fields);
  if ("category" in marked) return marked;
  const part = partOf(schedule, distributionType, fields);
  if ("category" in part) return part;
  const period = books.periodOf(distributeOn);
  if (period === undefined) return against("There is no accounting period on the distribution date.");
  if (period.status !== "Open") return against(`The accounting period ${period.name} is not open.`);
  if (schedule.amount.eq(0)) return against("A revenue schedule of zero cannot be distributed.");
  if (part.eq(0) && books.options.refusesEmptied) return against("There is no revenue left to distribute.");
  const parts = [
    { startDate: period.startDate, amount: part },
    { startDate: undefined, amount: negate(part) },
  ];
  return books.move(schedule, { ...marked, createdAt: now, parts });
};

const partOf = (schedule: ScheduleRecord, type: unknown, fields: Fields): Money | RevenueRefusal => {
  const places = decimalPlacesIn(schedule.currency);
  if (type === "specific date (delta fixed amount)") {
    const amount = decimalOf(fields["amount"]);
    if (amount === undefined) return invalid("amount is required");
    return decimalPlacesOf(amount) > places ? wrongPlaces : amount;
  }
  const bases: Readonly<Record<string, Money>> = {
    "specific date (delta percent total)": schedule.amount,
    "specific date (delta percent undistributed)": undistributedOf(schedule),
  };
  const base = bases[String(type)];
  const percentage = decimalOf(fields["percentage"]);
  if (base === undefined) return invalid("The distributionType is unknown");
  if (percentage === undefined || percentage.lte(0) || percentage.gt(100)) return invalid("percentage is 0 to 100");
  return percentage.eq(100) ? base : (base.times(percentage).div(100).round(places) as Money);
};

const wrongPlaces = invalid("Allocation amount with wrong decimal places.");
const notPermitted: RevenueRefusal = {
  category: 10,
  message: "You do not have the permission Change Revenue Distribution.",
};

const periodsMax = 250;

/** `PUT …/distribute-revenue-across-accounting-periods`: open periods get new amounts that add up to the schedule's. */
export const distributeAcrossPeriods = (
  books: RevenueBooks,
  schedule: ScheduleRecord,
  fields: Fields,
  now: number,
): Distributed => {
  if (!books.options.mayDistribute) return notPermitted;
  const marked = mark(fields);
  if ("category" in marked) return marked;
  const { revenueDistributions: rows } = fields;
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > periodsMax) {
    return invalid(`revenueDistributions has 1 to ${periodsMax} entries`);
  }
  const wanted = new Map<string | undefined, Money>();
  for (const { accountingPeriodName, newAmount } of rows as readonly Fields[]) {
    const amount = decimalOf(newAmount);
    if (amount === undefined) return invalid("newAmount is a decimal");
    if (decimalPlacesOf(amount) > decimalPlacesIn(schedule.currency)) return wrongPlaces;
    const period = books.periods.find(({ name }) => name === accountingPeriodName);
    if (period === undefined && accountingPeriodName !== "Open-Ended")
      return invalid("The accounting period is unknown");
    if (period !== undefined && period.status !== "Open")
      return against(`The accounting period ${period.name} is not open.`);
    wanted.set(period?.startDate, amount);
  }
  const before = (startDate: string | undefined): Money =>
    startDate === undefined ? undistributedOf(schedule) : (schedule.distributed.get(startDate) ?? zero);
  const kept = [undefined, ...schedule.distributed.keys()].filter((startDate) => !wanted.has(startDate)).map(before);
  if (!sum([...wanted.values(), ...kept]).eq(schedule.amount)) {
    return against("The new amounts do not add up to the amount of the revenue schedule.");
  }
  const parts = [...wanted]
    .map(([startDate, amount]) => ({ startDate, amount: subtract(amount, before(startDate)) }))
    .filter(({ amount }) => !amount.eq(0));
  return books.move(schedule, { ...marked, createdAt: now, parts });
};
