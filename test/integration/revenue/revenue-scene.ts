import { type FindRevenueResult, findRevenue } from "../../../functions/app/revenue/find-revenue.ts";
import { processRevenue } from "../../../functions/app/revenue/process-revenue.ts";
import type { RevenueOutcomeLine } from "../../../functions/app/revenue/tell-revenue.ts";
import type { Telemetry } from "../../../functions/app/telemetry-ports.ts";
import { type PolicySettings, policySchema } from "../../../functions/domain/policy.ts";
import { connect } from "../../../functions/zuora/http/connect.ts";
import { processorPatience } from "../../../functions/zuora/http/retry.ts";
import type { HttpRequest, HttpResponse } from "../../../functions/zuora/http/transport.ts";
import { createPeriodsView } from "../../../functions/zuora/revenue/accounting-periods.ts";
import { createRevenueCandidates } from "../../../functions/zuora/revenue/revenue-candidates.ts";
import { createRevenueLedger } from "../../../functions/zuora/revenue/revenue-ledger.ts";
import { everything } from "../../local/policy.ts";
import { CollectedTelemetry } from "../../unit/fakes/collected-telemetry.ts";
import { delivery, FakeQueue } from "../../unit/fakes/fake-queue.ts";
import { VirtualClock } from "../../unit/fakes/virtual-clock.ts";
import { createAdjustment } from "../../zuora-simulator/adjust.ts";
import { type AccountSpec, addAccount, type InvoiceSpec } from "../../zuora-simulator/build.ts";
import { RevenueBooks, type RevenueOptions, undistributedOf } from "../../zuora-simulator/revenue/revenue-books.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { Tenant } from "../../zuora-simulator/tenant.ts";
import { SentNumber } from "../../zuora-simulator/wire.ts";

export const today = "2026-10-20";
export const runId = "zcs-0mb0abc123";
export const settledBy = "zcs-0mb0aaa111";
const startsAt = Date.parse(`${today}T09:00:00Z`);
export const dayMs = 24 * 60 * 60_000;

/** Posted a week ago, so that schedules have long been made. */
const postedAt = startsAt - 7 * dayMs;

/** What a test does instead of the tenant: an answer, or nothing, and the tenant answers. */
type Interference = (request: HttpRequest, answer: () => HttpResponse) => HttpResponse | undefined | Promise<never>;

/** An invoice of 25 and its mirror, a week apart, of one charge; or as the test says. */
export const cancellation = (original: Partial<InvoiceSpec> = {}, mirror: Partial<InvoiceSpec> = {}): AccountSpec => ({
  Currency: "USD",
  invoices: [
    { amount: "25.00", invoiceDate: "2026-09-13", ...original },
    { amount: "-25.00", invoiceDate: "2026-10-13", ...mirror },
  ],
});

type RevenueSceneOptions = Partial<PolicySettings> & {
  readonly books?: Partial<RevenueOptions> | "none";
  readonly telemetry?: Telemetry;
};

/**
 * A tenant with Zuora Finance whose back-dated cancellations were settled in receivables, and the production code of
 * the revenue pass before it, without a socket or a real clock.
 */
export const revenueScene = (
  accounts: readonly AccountSpec[],
  { books: options, telemetry: listener, ...rules }: RevenueSceneOptions = {},
) => {
  const clock = new VirtualClock(startsAt);
  const collected = new CollectedTelemetry();
  const telemetry = listener === undefined ? collected : both(collected, listener);
  const store = new Store();
  const ids = accounts.map((spec) => settled(store, spec));
  const books = new RevenueBooks(today, options === "none" ? {} : options);
  const client = { clientId: "client", clientSecret: "secret" };
  const tenant = new Tenant({ client, store, ...(options === "none" ? {} : { revenue: books }) });
  const requests: HttpRequest[] = [];
  const position = { current: "on" as "on" | "dry-run" | "off" };
  let interfere: Interference = () => undefined;

  const connection = connect({
    transport: async (request) => {
      if (request.path !== "/oauth/token") requests.push(request);
      const answer = () => tenant.handle({ ...request, body: request.body ?? "" }, clock.now());
      return (await interfere(request, answer)) ?? answer();
    },
    credentials: { read: async () => client },
    clock,
    random: () => 0,
    telemetry,
    patience: processorPatience,
    timeoutMs: 5_000,
    concurrency: 4,
    busyPauseMs: 1_000,
  });
  const during = (trackId: string) => ({ trackId, remainingMs: () => remaining.ms });
  const remaining = { ms: 600_000 };
  const policy = policySchema.parse({ ...everything, revenue: "move", ...rules });
  const reading = { timeZone: "UTC", optOutField: policy.optOutField, periods: createPeriodsView(clock.now) };
  const common = { switchReader: { read: async () => position.current }, telemetry, clock, random: () => 0, policy };

  /** @param receiveCount how often SQS has delivered each message, this time included */
  const processAt = async (receiveCount: number, ...chosen: readonly string[]) => {
    const queue = new FakeQueue();
    const kept = await processRevenue(
      {
        ...common,
        ledgerFor: (trackId) => createRevenueLedger(connection, during(trackId), reading),
        deliveries: queue,
        remainingMs: () => remaining.ms,
        maxReceiveCount: 5,
        backoffMaxSeconds: 300,
        setAsideAfterSeconds: 1_800,
        writeTimeMs: 5_000,
      },
      (chosen.length > 0 ? chosen : ids).map((id) => delivery(id, { receiveCount })),
    );
    const outcomes = collected.of("revenue outcome").slice(-(chosen.length || ids.length)) as RevenueOutcomeLine[];
    return { queue, kept, outcomes };
  };
  const find = async (): Promise<FindRevenueResult & { readonly queued: readonly string[] }> => {
    const queued: string[] = [];
    const result = await findRevenue({
      ...common,
      candidates: (trackId) => createRevenueCandidates(connection, during(trackId)),
      workQueue: {
        depth: async () => 0,
        send: async (accountIds) => queued.push(...accountIds),
      },
    });
    return { ...result, queued };
  };

  return {
    ids,
    store,
    books,
    clock,
    requests,
    telemetry: collected,
    position,
    remaining,
    process: (...chosen: readonly string[]) => processAt(1, ...chosen),
    processAt,
    find,
    interfere: (how: Interference) => {
      interfere = how;
    },
    writes: () => requests.filter(({ method }) => method === "PUT").length,
    /** Of every schedule that was made, in the order of its item: what each period holds, by its first day. */
    held: () =>
      store.invoiceItems.rows.flatMap(({ Id }) => {
        const schedule = books.scheduleOfItem(store, Id, clock.now());
        if (schedule === undefined) return [];
        const open = undistributedOf(schedule);
        const named = [...schedule.distributed].map(([period, amount]) => `${period} ${amount.toFixed()}`);
        return [[...named, ...(open.eq(0) ? [] : [`open ${open.toFixed()}`])].join(", ")];
      }),
    scheduleOf: (index: number) => {
      const schedule = books.scheduleOfItem(store, store.invoiceItems.rows[index]?.Id ?? "", clock.now());
      if (schedule === undefined) throw new RangeError(`no schedule of item ${index}`);
      return schedule;
    },
  };
};

const both = (one: Telemetry, other: Telemetry): Telemetry => ({
  info: (event, fields) => {
    one.info(event, fields);
    other.info(event, fields);
  },
  warn: (event, fields) => {
    one.warn(event, fields);
    other.warn(event, fields);
  },
  count: (...counted) => {
    one.count(...counted);
    other.count(...counted);
  },
});

/** An account whose every negative invoice was transferred, and the credit applied to what was open, by one run. */
const settled = (store: Store, spec: AccountSpec): string => {
  const { Id } = addAccount(store, spec, postedAt);
  const rules = { today, now: startsAt - dayMs, closedPeriods: new Set<string>() };
  const adjust = (Type: "Increase" | "Decrease", invoice: { readonly Id: string }, amount: string) => {
    const fields = { Type, Amount: new SentNumber(amount), SourceTransactionId: invoice.Id, ReferenceId: settledBy };
    const made = createAdjustment(store, fields, rules);
    if ("code" in made) throw new Error(made.message);
  };
  const invoices = store.invoices.where("AccountId", Id);
  for (const invoice of invoices) {
    if (invoice.Balance.lt(0)) adjust("Increase", invoice, invoice.Balance.times(-1).toFixed());
  }
  const account = store.accounts.one("Id", Id);
  for (const invoice of invoices) {
    const credit = account?.CreditBalance;
    if (!invoice.Balance.gt(0) || !credit?.gt(0)) continue;
    adjust("Decrease", invoice, (credit.lt(invoice.Balance) ? credit : invoice.Balance).toFixed());
  }
  return Id;
};
