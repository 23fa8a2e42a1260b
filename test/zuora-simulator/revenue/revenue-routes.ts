import { type Money, sum } from "../../../functions/domain/money.ts";
import type { Fields } from "../adjust.ts";
import { refuseRest, refuseUnknownParameter } from "../rest-refusal.ts";
import type { Tenant } from "../tenant.ts";
import { json, localDateTimeOf, numberOf, parseSent, type TenantRequest, type TenantResponse } from "../wire.ts";
import { distributeAcrossPeriods, distributeOnSpecificDate } from "./distribute.ts";
import { type RevenueBooks, type ScheduleRecord, undistributedOf } from "./revenue-books.ts";

type Call = {
  readonly tenant: Tenant;
  readonly books: RevenueBooks;
  readonly request: TenantRequest;
  readonly now: number;
};
type Answer = (call: Call, key: string) => TenantResponse;

const notFound = (request: TenantRequest, key: string): TenantResponse =>
  refuseRest(request, 50000040, `Cannot find entity by key: '${key}'.`);

const bySchedule =
  (answer: (call: Call, schedule: ScheduleRecord) => TenantResponse): Answer =>
  (call, number) => {
    const schedule = call.books.schedule(number);
    return schedule === undefined ? notFound(call.request, number) : answer(call, schedule);
  };

const ofItem: Answer = ({ tenant, books, request, now }, itemId) => {
  const schedule = books.scheduleOfItem(tenant.store, itemId, now);
  return schedule === undefined ? notFound(request, itemId) : json(200, written(tenant, books, schedule), 1);
};

/** Amounts are JSON numbers, as in Zuora's samples and in what production readers got; the specification says texts. */
const written = ({ timeZone }: Tenant, books: RevenueBooks, schedule: ScheduleRecord) => {
  const { number, amount, currency, distributed, itemId } = schedule;
  const named = books.periods
    .filter(({ startDate }) => distributed.has(startDate))
    .toSorted((a, b) => (a.startDate < b.startDate ? -1 : 1))
    .map((period) => ({ period, held: distributed.get(period.startDate) as Money }));
  const undistributed = undistributedOf(schedule);
  const recognized = sum(named.filter(({ period }) => period.status === "Closed").map(({ held }) => held));
  return {
    number,
    accountId: schedule.accountId,
    subscriptionId: schedule.subscriptionId,
    subscriptionChargeId: schedule.chargeId,
    amount: numberOf(amount),
    currency,
    recognitionRuleName: schedule.ruleName,
    revenueScheduleDate: localDateTimeOf(timeZone, schedule.createdAt).slice(0, 10),
    linkedTransactionId: itemId,
    linkedTransactionNumber: schedule.invoiceNumber,
    linkedTransactionType: "Invoice Item",
    referenceId: schedule.referenceId ?? null,
    notes: "",
    createdOn: localDateTimeOf(timeZone, schedule.createdAt),
    updatedOn: localDateTimeOf(timeZone, schedule.updatedAt),
    undistributedUnrecognizedRevenue: numberOf(undistributed),
    recognizedRevenue: numberOf(recognized),
    unrecognizedRevenue: numberOf(amount.minus(recognized) as Money),
    revenueItems: [
      ...named.map(({ period, held }) => itemOf(period, held, currency)),
      ...(undistributed.eq(0) ? [] : [itemOf(undefined, undistributed, currency)]),
    ],
    success: true,
  };
};

const itemOf = (period: RevenueBooks["periods"][number] | undefined, amount: Money, currency: string) => ({
  accountingPeriodName: period?.name ?? "Open-Ended",
  accountingPeriodStartDate: period?.startDate ?? null,
  accountingPeriodEndDate: period?.endDate ?? null,
  isAccountingPeriodClosed: period?.status === "Closed",
  amount: numberOf(amount),
  currency,
});

const eventPageMax = 40;

const eventsOf = bySchedule(({ tenant, books, request }, { number, currency }) => {
  const query = new URL(request.path, "http://tenant").searchParams;
  const [page, pageSize] = [Number(query.get("page") ?? 1), Number(query.get("pageSize") ?? 8)];
  if (!(pageSize >= 1 && pageSize <= eventPageMax && page >= 1)) {
    return refuseRest(request, 58490020, `pageSize is 1 to ${eventPageMax} and page at least 1`);
  }
  // Newest first, as lists of revenue are.
  const all = books.events.filter(({ scheduleNumber }) => scheduleNumber === number).toReversed();
  const revenueEvents = all.slice((page - 1) * pageSize, page * pageSize).map((event) => ({
    number: event.number,
    eventType: event.eventType,
    notes: event.notes,
    createdOn: localDateTimeOf(tenant.timeZone, event.createdAt),
    revenueItems: event.parts.map(({ startDate, amount }) =>
      itemOf(
        books.periods.find((period) => period.startDate === startDate),
        amount,
        currency,
      ),
    ),
  }));
  const next = page * pageSize < all.length ? { nextPage: `https://tenant${request.path}&page=${page + 1}` } : {};
  return json(200, { revenueEvents, ...next, success: true }, revenueEvents.length);
});

const listPeriods: Answer = ({ books }) => {
  const accountingPeriods = books.periods
    .toReversed()
    .map((period) => ({ ...period, fiscalYear: Number(period.startDate.slice(0, 4)) }));
  return json(200, { accountingPeriods, success: true }, accountingPeriods.length);
};

const automationStart: Answer = ({ books }) =>
  json(200, { startDate: books.options.automationStart ?? null, success: true });

const reads: readonly (readonly [RegExp, Answer])[] = [
  [/^\/v1\/revenue-schedules\/invoice-items\/([^/]+)$/, ofItem],
  [
    /^\/v1\/revenue-schedules\/(RS-\d+)$/,
    bySchedule(({ tenant, books }, schedule) => json(200, written(tenant, books, schedule), 1)),
  ],
  [/^\/v1\/revenue-events\/revenue-schedules\/([^/]+)$/, eventsOf],
  [/^\/v1\/accounting-periods$/, listPeriods],
  [/^\/v1\/settings\/finance\/revenue-automation-start-date$/, automationStart],
];

const distributing =
  (distribute: typeof distributeOnSpecificDate): Answer =>
  (call, number) =>
    bySchedule(({ books, request, now }, schedule) => {
      const body = bodyOf(request);
      if (body === undefined) return withoutBody;
      const done = distribute(books, schedule, body, now);
      if ("category" in done) return refuseRest(request, 58730000 + done.category, done.message);
      return json(200, { revenueEventNumber: done.number, success: true }, 1);
    })(call, number);

const writes: readonly (readonly [RegExp, Answer])[] = [
  [/^\/v1\/revenue-schedules\/([^/]+)\/distribute-revenue-on-specific-date$/, distributing(distributeOnSpecificDate)],
  [
    /^\/v1\/revenue-schedules\/([^/]+)\/distribute-revenue-across-accounting-periods$/,
    distributing(distributeAcrossPeriods),
  ],
];

const bodyOf = ({ headers, body }: TenantRequest): Fields | undefined => {
  if (!headers["content-type"]?.startsWith("application/json") || body === "") return undefined;
  try {
    const parsed = parseSent(body);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as Fields) : undefined;
  } catch {
    return undefined;
  }
};

/** What a production client got for a PUT without a body, or without its type. */
const withoutBody = json(415, { success: false, reasons: [{ code: 50000045, message: "Unsupported Media Type" }] });

const isFinance = /^\/v1\/(revenue-(schedules|events)|accounting-periods|settings\/finance)(\/|$)/;

/** Answers what belongs to Zuora Finance; undefined where the request is no matter of it. */
export const routeRevenue = (tenant: Tenant, request: TenantRequest, now: number): TenantResponse | undefined => {
  const path = request.path.split("?")[0] ?? "";
  if (!isFinance.test(path)) return undefined;
  const { revenue: books } = tenant;
  if (books === undefined) {
    return refuseRest(request, 50000010, "You do not have permission to access this resource. Finance is not enabled.");
  }
  for (const [pattern, answer] of request.method === "PUT" ? writes : reads) {
    const match = pattern.exec(path);
    if (match === null) continue;
    const refusal = refuseUnknownParameter(request, answer === eventsOf ? ["page", "pageSize"] : []);
    return refusal ?? answer({ tenant, books, request, now }, decodeURIComponent(match[1] ?? ""));
  }
  return undefined;
};
