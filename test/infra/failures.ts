import { createTelemetry, type LambdaTelemetry } from "../../functions/aws/telemetry.ts";
import { ZuoraAccessError, ZuoraBusyError, ZuoraContractError } from "../../functions/domain/errors.ts";
import { createClient } from "../../functions/zuora/http/client.ts";
import { negative, scene } from "../unit/app/scan/scan-scene.ts";
import { owing } from "../unit/app/settle/fixtures.ts";
import { processor } from "../unit/app/settle/processor.ts";
import { account, invoice, policy } from "../unit/domain/fixtures.ts";
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

const scans = (found: Parameters<typeof scene>[0], overrides: Parameters<typeof scene>[1] = {}) =>
  told("Test-scanner", async (telemetry) => {
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

const allIsWell = () => scans({ negative: [negative("A")] });

const settles = () => processes(new FakeLedger(owing("A")));

const rateLimit = { "ratelimit-limit": "1000", "ratelimit-remaining": "600", "ratelimit-reset": "10" };

/** What the functions do, or what AWS itself counts, while something is wrong and when it is right again. */
export type Failure = {
  readonly wrong: () => Promise<void>;
  readonly right: () => Promise<void>;
  /** What AWS counts of the alarm's metrics that are not ours, by the metric's name. */
  readonly aws?: { readonly wrong: Readonly<Record<string, number>>; readonly right: Readonly<Record<string, number>> };
};

const nothing = async (): Promise<void> => {};

const inAws = (metric: string, wrong: number): Failure => ({
  wrong: nothing,
  right: nothing,
  aws: { wrong: { [metric]: wrong }, right: { [metric]: 0 } },
});

/** The failure of each alarm, injected, by the alarm's name. */
export const failures: Readonly<Record<string, Failure>> = {
  ScannerDidNotRun: { wrong: nothing, right: allIsWell },
  ScannerFailed: inAws("Errors", 1),
  MissedScans: inAws("ApproximateNumberOfMessagesVisible", 1),
  GuardTripped: {
    wrong: () =>
      scans(
        { negative: [negative("A"), negative("B")] },
        { policy: policy({ runLimit: { accounts: 1, amount: {} } }) },
      ),
    right: allIsWell,
  },
  NegativeWhenRunBegan: {
    wrong: () =>
      scans(
        { negative: [negative("A")] },
        {
          lastScanAt: noon - 900_000,
          watch: {
            runs: async () => [{ number: "PR-1", beganAt: noon - 60_000 }],
            withSomethingToCharge: async () => [{ id: "A", currency: "GBP" }],
          },
        },
      ),
    right: allIsWell,
  },
  SwitchNotOn: { wrong: () => scans({}, { switchReader: { read: async () => "off" } }), right: allIsWell },
  UnsettledForLong: { wrong: () => processes(refusing()), right: settles },
  WaitingForLong: {
    wrong: () => processes(unreadable(new ZuoraBusyError("down")), delivery("A", { firstQueuedAt: hoursBefore(4) })),
    right: settles,
  },
  NothingHandled: {
    wrong: () => processes(unreadable(new ZuoraBusyError("down"))),
    right: settles,
    aws: {
      wrong: { ApproximateNumberOfMessagesVisible: 3, ApproximateNumberOfMessagesNotVisible: 0 },
      right: { ApproximateNumberOfMessagesVisible: 2, ApproximateNumberOfMessagesNotVisible: 1 },
    },
  },
  DeadLetters: inAws("ApproximateNumberOfMessagesVisible", 1),
  NewDeadLetters: { wrong: () => processes(refusing()), right: settles },
  DeadLettersGrowOld: inAws("ApproximateAgeOfOldestMessage", 24 * 3_600),
  AccessRefused: { wrong: () => processes(unreadable(new ZuoraAccessError("no permission"))), right: settles },
  ThrottledForLong: {
    wrong: () => asksZuora(json(429, {}), json(200, { paymentRuns: [] }), json(200, [])),
    right: () => asksZuora(json(200, { paymentRuns: [] }, rateLimit), json(200, [])),
  },
};

/** What happens besides, and rings no alarm. */
export const everyday = async (): Promise<void> => {
  await processes(new FakeLedger(late));
  await processes(new FakeLedger(owing("A")), delivery("A"), { policy: policy({ accountsDenied: ["A"] }) });
  await processes(new FakeLedger(owing("A")), delivery("A"), { switchReader: { read: async () => "off" } });
  await processes(unreadable(new ZuoraBusyError("down", { zuoraRequestId: "request" })));
  const nonsense = new ZuoraContractError("payment runs: expected an array", { scope: "envelope" });
  await scans({}, { watch: { runs: () => Promise.reject(nonsense) } });
};
