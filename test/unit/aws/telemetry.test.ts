import { describe, expect, it } from "vitest";
import { createTelemetry } from "../../../functions/aws/telemetry.ts";
import { useWrittenLines } from "../fakes/written-lines.ts";

const lines = useWrittenLines();

const written = () => lines.map((line) => JSON.parse(line));

describe("a log", () => {
  it("has one line of JSON per event, with its level and its fields", () => {
    const telemetry = createTelemetry("processor");
    telemetry.info("adjustment created", { accountId: "A", amount: "10.00" });
    telemetry.warn("dead-lettered", { code: "BAD_MESSAGE" });
    expect(written()).toMatchObject([
      { level: "INFO", message: "adjustment created", service: "processor", accountId: "A", amount: "10.00" },
      { level: "WARN", message: "dead-lettered", code: "BAD_MESSAGE" },
    ]);
  });
});

describe("metrics", () => {
  it("are summed up over an invocation and written once, in the embedded metric format", () => {
    const telemetry = createTelemetry("processor");
    telemetry.count("ZuoraCalls", 1);
    telemetry.count("ZuoraCalls", 2);
    telemetry.flush();
    telemetry.flush();
    const blobs = written().filter((line) => "_aws" in line);
    expect(blobs).toHaveLength(1);
    expect([blobs[0].ZuoraCalls].flat().reduce((a: number, b: number) => a + b)).toBe(3);
    expect(blobs[0]._aws.CloudWatchMetrics[0]).toMatchObject({
      Namespace: "ZuoraCreditSweep",
      Dimensions: [["service"]],
      Metrics: [{ Name: "ZuoraCalls", Unit: "Count" }],
    });
  });

  it("with a dimension of their own leave the others without it", () => {
    const telemetry = createTelemetry("processor");
    telemetry.count("ZuoraCalls", 1);
    telemetry.count("DeadLettered", 1, { code: "BAD_MESSAGE" });
    telemetry.flush();
    const [single, shared] = written().filter((line) => "_aws" in line);
    expect(single).toMatchObject({ DeadLettered: 1, code: "BAD_MESSAGE", service: "processor" });
    expect(single._aws.CloudWatchMetrics[0].Dimensions[0]).toContain("code");
    expect(shared).toMatchObject({ ZuoraCalls: 1 });
    expect(shared).not.toHaveProperty("code");
  });
});
