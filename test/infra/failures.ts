import { tellHeartbeat } from "../../functions/app/scan/tell-heartbeat.ts";
import { createTelemetry, type LambdaTelemetry } from "../../functions/aws/telemetry.ts";
import { ZuoraAccessError, ZuoraBusyError, ZuoraContractError } from "../../functions/domain/errors.ts";
import { createClient } from "../../functions/zuora/http/client.ts";
import { cancellation, revenueScene } from "../integration/revenue/revenue-scene.ts";
import { negative, scene } from "../unit/app/scan/scan-scene.ts";
import { owing } from "../unit/app/settle/fixtures.ts";
import { processor } from "../unit/app/settle/processor.ts";
import { account, invoice, memo, money, payment, policy } from "../unit/domain/fixtures.ts";
import { closedPeriod, FakeLedger } from "../unit/fakes/fake-ledger.ts";
import { delivery } from "../unit/fakes/fake-queue.ts";
import { json, type Scripted, ScriptedZuora } from "../unit/fakes/scripted-zuora.ts";
import { connected, invocation } from "../unit/zuora/fixtures.ts";

/** The scenes' clocks stand at noon. */
const noon = Date.parse("2026-03-16T12:00:00Z");
const hoursBefore = (hours: number): string => new Date(noon - hours * 3_600_000).toISOString();

const told = async (service: string, happens: (telemetry: LambdaTelemetry) => Promise<unknown>): Promise<void> => {
  const telemetry = createTelemetry(service);
  await happens(telemetry);
  telemetry.flush();
};

type Scene = NonNullable<Parameters<typeof scene>[1]> & { readonly deadLetters?: number };

const scans = (found: Parameters<typeof scene>[0], { deadLetters = 0, ...overrides }: Scene = {}) =>
  told("Test-scanner", async (telemetry) => {
    await told("Test-processor", (heartbeat) =>
      tellHeartbeat({ telemetry, heartbeat, deadLetters: async () => ({ visible: deadLetters, hidden: 0 }) }),
    );
    // What a scan fails with is Lambda's to count.
    await scene(found, { telemetry, ...overrides })
      .run("full")
      .catch(() => {});
  });

const processes = (ledger: FakeLedger, message = delivery("A"), overrides: Parameters<typeof processor>[1] = {}) =>
  told("Test-processor", (telemetry) => processor(ledger, { telemetry, ...overrides }).process(message));

const asksZuora = (...answers: readonly Scripted[]) =>
  told("Test-processor", async (telemetry) => {
    const zuora = new ScriptedZuora(...answers);
    const client = createClient(connected(zuora, { telemetry }), invocation());
    await client.get("/v1/payment-runs");
    await client.write("/v1/action/create", {}, "key");
  });

const late = account({ id: "A", invoices: [invoice("NEG", { amount: "-10", postedAt: noon - 2 * 3_600_000 })] });

const refusing = (): FakeLedger => {
  const ledger = new FakeLedger(late);
  ledger.onRowOf("NEG", closedPeriod());
  return ledger;
};

const unreadable = (error: ZuoraAccessError | ZuoraBusyError): FakeLedger => {
  const ledger = new FakeLedger(owing("A"));
  ledger.failsToRead(error);
  return ledger;
};

const open = invoice("INV", { amount: "10" });

/** A scan as most of them are. */
export const allIsWell = () => scans({ negative: [negative("A")] });

const settles = () => processes(new FakeLedger(owing("A")));

const rateLimit = { "ratelimit-limit": "1000", "ratelimit-remaining": "600", "ratelimit-reset": "10" };

/** What the functions do, or what AWS itself counts, while something is wrong and when it is right again. */
export type Failure = {
  /** A scan's own failure comes with each scan; a processor's with each receive; what AWS counts, with each minute. */
  readonly seen: "by each scan" | "by each receive" | "every minute";
  readonly wrong: () => Promise<void>;
  readonly right: () => Promise<void>;
  /** What AWS counts of the alarm's metrics that are not ours, by the metric's name. */
  readonly aws?: { readonly wrong: Readonly<Record<string, number>>; readonly right: Readonly<Record<string, number>> };
};

const nothing = async (): Promise<void> => {};

const ofScan = (wrong: Failure["wrong"]): Failure => ({ seen: "by each scan", wrong, right: allIsWell });

const ofProcessor = (wrong: Failure["wrong"], right: Failure["right"] = settles): Failure => ({
  seen: "by each receive",
  wrong,
  right,
});

const inAws = (metric: string, seen: Failure["seen"] = "every minute"): Failure => ({
  seen,
  wrong: nothing,
  right: nothing,
  aws: { wrong: { [metric]: 1 }, right: { [metric]: 0 } },
});

/** What SQS tells of the work queue. */
export const messages = (visible: number, hidden: number) => ({
  ApproximateNumberOfMessagesVisible: visible,
  ApproximateNumberOfMessagesNotVisible: hidden,
});

const passesOverRevenue = () => told("Test-revenue", (telemetry) => revenueScene([], { telemetry }).find());

/** Credit of ours that has been there for a day, beside an invoice that has been open for longer. */
const idleCredit = {
  number: "CBA-00000001",
  isOurs: true,
  type: "Increase",
  amount: money("5"),
  createdAt: Date.parse(hoursBefore(24)),
} as const;
const longOpen = { ...invoice("INV", { amount: "10" }), postedAt: Date.parse(hoursBefore(48)) };

/** The failure of each alarm, injected, by the alarm's name. */
export const failures: Readonly<Record<string, Failure>> = {
  ScannerDidNotRun: ofScan(nothing),
  ScannerFailed: inAws("Errors", "by each scan"),
  MissedScans: inAws("ApproximateNumberOfMessagesVisible"),
  DigestFailed: inAws("Errors", "by each scan"),
  GuardTripped: ofScan(() =>
    scans({ negative: [negative("A"), negative("B")] }, { policy: policy({ runLimit: { accounts: 1, amount: {} } }) }),
  ),
  NegativeWhenRunBegan: ofScan(() =>
    scans(
      { negative: [negative("A")], credit: ["B"], open: ["B"] },
      {
        lastScanAt: noon - 900_000,
        watch: {
          runs: async () => [{ status: "Processing", number: "PR-1", beganAt: noon - 60_000 }],
          withSomethingToCharge: async () => [{ id: "A", currency: "GBP" }],
          creditBooks: async () => new Map([["B", { balance: money("5"), movements: [idleCredit] }]]),
          payers: async () => [{ ...account({ id: "B" }), invoices: [longOpen], payments: [] }],
        },
      },
    ),
  ),
  SwitchNotOn: ofScan(() => scans({}, { switchReader: { read: async () => "off" } })),
  UnsettledForLong: ofProcessor(() => processes(refusing())),
  WaitingForLong: ofProcessor(() =>
    processes(unreadable(new ZuoraBusyError("down")), delivery("A", { firstQueuedAt: hoursBefore(4) })),
  ),
  NothingHandled: {
    ...ofProcessor(() => processes(unreadable(new ZuoraBusyError("down")))),
    aws: { wrong: messages(3, 0), right: messages(0, 0) },
  },
  DeadLetters: inAws("ApproximateNumberOfMessagesVisible"),
  NewDeadLetters: ofProcessor(() => processes(refusing())),
  DeadLettersGrowOld: ofScan(() => scans({}, { deadLetters: 1 })),
  RevenueDeadLetters: inAws("ApproximateNumberOfMessagesVisible"),
  RevenueDidNotRun: { ...ofScan(nothing), right: passesOverRevenue },
  RevenueFailed: inAws("Errors", "by each scan"),
  AccessRefused: ofProcessor(() => processes(unreadable(new ZuoraAccessError("no permission")))),
  ThrottledForLong: ofProcessor(
    () => asksZuora(json(429, {}), json(200, { paymentRuns: [] }), json(200, [])),
    () => asksZuora(json(200, { paymentRuns: [] }, rateLimit), json(200, [])),
  ),
};

/** What happens besides, and rings no alarm. */
export const everyday = async (): Promise<void> => {
  await told("Test-revenue", async (telemetry) => {
    const pairs = [cancellation(), cancellation({ balance: "20.00" }), cancellation({}, { postedAt: Date.now() })];
    const revenue = revenueScene(pairs, { telemetry, books: { delayMs: 60_000 } });
    await revenue.process();
  });
  await processes(new FakeLedger(late));
  const onMemo = account({
    id: "A",
    mode: "credit-memos",
    creditMemos: [memo("CM", { amount: "10" })],
    invoices: [open],
  });
  await processes(new FakeLedger(onMemo));
  const paidAhead = { ...onMemo, creditMemos: [], unappliedPayments: [payment("P-1", { amount: "10" })] };
  await processes(new FakeLedger(paidAhead), delivery("A"), { policy: policy({ unappliedPayments: "apply" }) });
  await processes(new FakeLedger(owing("A")), delivery("A"), { policy: policy({ accountsDenied: ["A"] }) });
  await processes(new FakeLedger(owing("A")), delivery("A"), { switchReader: { read: async () => "off" } });
  await processes(unreadable(new ZuoraBusyError("down", { zuoraRequestId: "request" })));
  const nonsense = new ZuoraContractError("payment runs: expected an array", { scope: "envelope" });
  await scans({}, { watch: { runs: () => Promise.reject(nonsense) } });
};
