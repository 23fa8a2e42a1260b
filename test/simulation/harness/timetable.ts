import type { PaymentRunRecord } from "../../zuora-simulator/records.ts";
import type { Store } from "../../zuora-simulator/store.ts";
import type { Chance } from "./random.ts";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** What a payment run selects by; an absent filter excludes nothing. */
export type Filters = Pick<PaymentRunRecord, "targetDate" | "batch" | "currency" | "accountId">;

/** A payment run as it will come. Instants are epoch milliseconds. */
export type PlannedRun = {
  readonly filters: Filters;
  /** When somebody plans it, or without `hour` starts it at once. */
  readonly createdAt: number;
  /** The hour that it is planned for. */
  readonly hour?: number;
  /** How long after its hour it really begins. */
  readonly delayMs: number;
  /** When somebody cancels it before it has begun. */
  readonly canceledAt?: number;
  readonly durationMs: number;
  readonly appliesCreditFirst: boolean;
};

/**
 * Payment runs over the hours after an instant, one at a time: most are planned well before their hour, some in the
 * last minutes, some are canceled, and now and then a person starts one at once.
 */
export const timetableOf = (chance: Chance, store: Store, startsAt: number, hours: number): readonly PlannedRun[] => {
  const firstHour = Math.ceil((startsAt + minuteMs) / hourMs) * hourMs;
  return Array.from({ length: hours }, (_, index) => firstHour + index * hourMs).flatMap((hour) => [
    ...(chance.hits(0.85) ? [plannedFor(chance, store, hour, startsAt)] : []),
    ...(chance.hits(0.15) ? [startedAtOnce(chance, store, hour)] : []),
  ]);
};

const plannedFor = (chance: Chance, store: Store, hour: number, startsAt: number): PlannedRun => {
  const createdAt = chance.hits(0.6) ? startsAt : Math.max(startsAt, hour - seconds(chance, 40 * 60));
  const leadMs = hour - createdAt;
  return {
    ...whatever(chance, store),
    createdAt,
    hour,
    delayMs: chance.hits(0.3) ? 0 : seconds(chance, 90),
    ...(chance.hits(0.1) ? { canceledAt: createdAt + Math.floor(leadMs * chance.next()) } : {}),
    durationMs: 30_000 + seconds(chance, 28 * 60),
  };
};

/** In the half of the hour that no planned run reaches into. */
const startedAtOnce = (chance: Chance, store: Store, hour: number): PlannedRun => ({
  ...whatever(chance, store),
  createdAt: hour + 32 * minuteMs + seconds(chance, 15 * 60),
  delayMs: 0,
  durationMs: 30_000 + seconds(chance, 9 * 60),
});

const whatever = (chance: Chance, store: Store) => ({
  filters: {
    targetDate: chance.pick(["2026-11-23", "2026-11-23", "2026-11-18"]),
    ...(chance.hits(0.3) ? { batch: chance.pick(["Batch1", "Batch2"]) } : {}),
    ...(chance.hits(0.2) ? { currency: chance.pick(["GBP", "KWD"]) } : {}),
    ...(chance.hits(0.15) ? { accountId: chance.pick(store.accounts.rows).Id } : {}),
  },
  appliesCreditFirst: chance.hits(0.25),
});

/** So many whole seconds below a limit, in milliseconds: Zuora tells its instants in seconds. */
export const seconds = (chance: Chance, limit: number): number => chance.below(limit) * 1_000;
