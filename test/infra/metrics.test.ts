import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createTelemetry } from "../../functions/aws/telemetry.ts";
import { ZuoraAccessError, ZuoraContractError } from "../../functions/domain/errors.ts";
import { owing } from "../unit/app/fixtures.ts";
import { processor } from "../unit/app/processor.ts";
import { negative, scene } from "../unit/app/scan-scene.ts";
import { policy } from "../unit/domain/fixtures.ts";
import { FakeLedger } from "../unit/fakes/fake-ledger.ts";
import { delivery } from "../unit/fakes/fake-queue.ts";
import { synthesised } from "./synthesised.ts";

type Blob = Readonly<Record<string, unknown>> & {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
};

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    lines.push(...String(text).split("\n").filter(Boolean));
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** What the functions wrote, as CloudWatch would read it: the sum of each metric by its name and dimensions. */
const metricsWritten = (): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const line of lines) {
    const blob = JSON.parse(line) as Partial<Blob>;
    for (const { Namespace, Dimensions, Metrics } of blob._aws?.CloudWatchMetrics ?? []) {
      for (const { Name } of Metrics) {
        const dimensions = (Dimensions[0] ?? []).map((name) => `${name}=${blob[name]}`).toSorted();
        const key = [Namespace, Name, ...dimensions].join(" ");
        const values = [blob[Name]].flat() as number[];
        sums.set(key, (sums.get(key) ?? 0) + values.reduce((total, value) => total + value, 0));
      }
    }
  }
  return sums;
};

type Alarm = {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Threshold: number;
  readonly ComparisonOperator: string;
};

/** The alarms of the template that watch metrics of ours, by their metric. */
const ownAlarms = (): ReadonlyMap<string, Alarm> => {
  const alarms = Object.values(synthesised().findResources("AWS::CloudWatch::Alarm")).map(
    ({ Properties }) => Properties as Alarm,
  );
  return new Map(
    alarms
      .filter(({ Namespace }) => Namespace === "ZuoraCreditSweep")
      .map((alarm) => {
        const dimensions = (alarm.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`).toSorted();
        return [[alarm.Namespace, alarm.MetricName, ...dimensions].join(" "), alarm];
      }),
  );
};

const breaches = ({ ComparisonOperator, Threshold }: Alarm, value: number): boolean =>
  ComparisonOperator === "LessThanThreshold" ? value < Threshold : value >= Threshold;

const scanner = () => createTelemetry("Test-scanner");

/** Everything that goes wrong, once. */
const everythingGoesWrong = async () => {
  const telemetry = scanner();
  const now = Date.parse("2026-03-16T12:00:00Z");
  const begun = { number: "PR-1", beganAt: now - 60_000 };
  const watch = {
    runs: async () => [begun],
    withSomethingToCharge: async () => [{ id: "A", currency: "GBP" }],
  };
  await scene({ negative: [negative("A")] }, { telemetry, watch, lastScanAt: now - 900_000 }).run("full");
  const limits = policy({ runLimit: { accounts: 1, amount: {} } });
  await scene({ negative: [negative("A"), negative("B")] }, { telemetry, policy: limits })
    .run()
    .catch(() => {});
  await scene({}, { telemetry, switchReader: { read: async () => "off" } }).run();
  telemetry.flush();

  const processors = createTelemetry("Test-processor");
  const refused = new FakeLedger(owing("A"));
  refused.failsToRead(new ZuoraAccessError("no permission"));
  await processor(refused, { telemetry: processors }).process(delivery("A"));
  const unreadable = new FakeLedger(owing("B"));
  unreadable.failsToRead(new ZuoraContractError("a record", { scope: "record" }));
  await processor(unreadable, { telemetry: processors }).process(delivery("B", { body: "no message" }));
  processors.count("ZuoraThrottles", 1);
  processors.flush();
};

it("every alarm on a metric of ours watches one that is written, with the very dimensions, and rings for its failure", async () => {
  await everythingGoesWrong();
  const written = metricsWritten();
  const silent = [...ownAlarms()].filter(([key, alarm]) => {
    const value = written.get(key);
    // Silence itself is what rings where no scan completed.
    if (alarm.MetricName === "ScanCompleted") return value === undefined;
    return value === undefined || !breaches(alarm, value);
  });
  expect(silent.map(([key]) => key)).toEqual([]);
  expect(ownAlarms().size).toBe(7);
});

it("none of them rings for a scan and a batch in which all is well", async () => {
  const telemetry = scanner();
  await scene({ negative: [negative("A")] }, { telemetry }).run("full");
  telemetry.flush();
  const processors = createTelemetry("Test-processor");
  await processor(new FakeLedger(owing("A")), { telemetry: processors }).process(delivery("A"));
  processors.flush();
  const written = metricsWritten();
  const ringing = [...ownAlarms()].filter(([key, alarm]) => {
    const value = written.get(key);
    return value === undefined ? alarm.MetricName === "ScanCompleted" : breaches(alarm, value);
  });
  expect(ringing.map(([key]) => key)).toEqual([]);
});
