import { toDecimal } from "../../../../functions/domain/money.ts";
import type { RevenueEventRecord, ScheduleRecord } from "../../../zuora-simulator/revenue/revenue-books.ts";
import { undistributedOf } from "../../../zuora-simulator/revenue/revenue-books.ts";
import type { RevenueHistory, RevenueHistoryOptions } from "./revenue-history.ts";
import type { PlottedAccount } from "./revenue-tenant.ts";

/** What must hold at the end of any history of revenue, and does not: one sentence each. */
export const revenueViolationsOf = (history: RevenueHistory, options: RevenueHistoryOptions): readonly string[] => [
  ...(history.receivables.before === history.receivables.after ? [] : ["receivables are not what they were"]),
  ...history.accounts.flatMap((each) => ofAccount(history, each)),
  ...unmeantWrites(history),
  ...deadLettersWithoutReason(history),
  ...(options.people || options.faultProbability > 0 || history.deadLetters.messages.length === 0
    ? []
    : ["there are dead letters although nothing went wrong"]),
];

const schedulesOf = (
  { books, tenant: { store }, time }: RevenueHistory,
  accountId: string,
): readonly ScheduleRecord[] =>
  store.invoices
    .where("AccountId", accountId)
    .flatMap(({ Id }) => store.invoiceItems.where("InvoiceId", Id))
    .flatMap((item) => books.scheduleOfItem(store, item.Id, time.now()) ?? []);

/** Ours, and not those that found nothing left. */
const movesOf = ({ books }: RevenueHistory, schedules: readonly ScheduleRecord[]): readonly RevenueEventRecord[] => {
  const numbers = new Set(schedules.map(({ number }) => number));
  return books.events.filter(
    ({ scheduleNumber, notes, parts }) =>
      numbers.has(scheduleNumber) && notes.startsWith("zcs-") && parts.some(({ amount }) => !amount.eq(0)),
  );
};

const ofAccount = (history: RevenueHistory, { account, plot }: PlottedAccount): readonly string[] => {
  const schedules = schedulesOf(history, account.Id);
  const moves = movesOf(history, schedules);
  if (plot !== "mirrored") return moves.length === 0 ? [] : [`revenue of ${account.Id} was moved, which is ${plot}`];
  const off = offOf(schedules);
  // What a person does with a pair that we had netted is theirs.
  if (history.putBackByPeople.has(account.Id)) return [];
  if (history.movedByPeople.has(account.Id)) {
    const isTold =
      history.deadLetters.messages.some(({ groupId }) => groupId === account.Id) ||
      (history.lines.findLast(({ accountId }) => accountId === account.Id)?.holds.length ?? 0) > 0;
    return moves.length > 0 && off.length > 0 && !isTold
      ? [`${account.Id} does not net, and nobody was told: ${off}`]
      : [];
  }
  const periods = new Set(moves.flatMap(({ parts }) => parts.flatMap(({ startDate }) => startDate ?? [])));
  return [
    ...off.map((text) => `${account.Id} does not net: ${text}`),
    ...(periods.size > 1 ? [`the pair of ${account.Id} lies in ${periods.size} periods`] : []),
  ];
};

/**
 * Sums that are not zero per charge and period, and what is left in Open-Ended: counted here anew, from the tenant's
 * own records.
 */
const offOf = (schedules: readonly ScheduleRecord[]): readonly string[] => {
  const sums = new Map<string, ScheduleRecord["amount"]>();
  for (const schedule of schedules) {
    for (const [period, amount] of schedule.distributed) {
      const key = `${schedule.chargeId} in ${period}`;
      sums.set(key, (sums.get(key)?.plus(amount) ?? amount) as ScheduleRecord["amount"]);
    }
  }
  return [
    ...[...sums].filter(([, sum]) => !sum.eq(0)).map(([key, sum]) => `${key}: ${toDecimal(sum)}`),
    ...schedules.filter((each) => !undistributedOf(each).eq(0)).map(({ number }) => `${number} is open-ended`),
  ];
};

/**
 * Each of our moves takes all that is in Open-Ended into one period, and what was put back is not moved a second time.
 */
const unmeantWrites = ({ books }: RevenueHistory): readonly string[] => {
  const open = new Map<string, ScheduleRecord["amount"]>();
  const moved = new Set<string>();
  const violations: string[] = [];
  for (const { number, scheduleNumber, notes, parts } of books.events) {
    const schedule = books.schedule(scheduleNumber);
    if (schedule === undefined) continue;
    const before = open.get(scheduleNumber) ?? atFirst(schedule);
    const left = parts
      .filter(({ startDate }) => startDate === undefined)
      .reduce((amount, part) => amount.plus(part.amount) as typeof amount, before);
    open.set(scheduleNumber, left);
    const isOurs = notes.startsWith("zcs-") && parts.some(({ amount }) => !amount.eq(0));
    if (isOurs && moved.has(scheduleNumber)) violations.push(`${number} moves ${scheduleNumber} a second time`);
    if (isOurs) moved.add(scheduleNumber);
    if (notes.startsWith("zcs-") && !left.eq(0)) violations.push(`${number} leaves ${toDecimal(left)} in Open-Ended`);
  }
  return violations;
};

const atFirst = (schedule: ScheduleRecord): ScheduleRecord["amount"] =>
  schedule.ruleName === "Manual"
    ? schedule.amount
    : (schedule.amount.minus(schedule.amount) as ScheduleRecord["amount"]);

const deadLettersWithoutReason = ({ deadLetters, diedOn, movedByPeople, faults }: RevenueHistory): readonly string[] =>
  deadLetters.messages.flatMap(({ origin, groupId, attributes }) => {
    const code = attributes["errorCode"] ?? "";
    const isMeant =
      origin === "redriven"
        ? diedOn.has(groupId)
        : code === "REVENUE_NOT_NETTED" && (movedByPeople.has(groupId) || faults.counts.has("period-closed"));
    return isMeant ? [] : [`the dead letter of ${groupId} has no reason of its own: ${code}`];
  });
