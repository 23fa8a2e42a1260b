import { describe, expect, it } from "vitest";
import {
  LostRouteError,
  WriteOutcomeUnknownError,
  ZuoraAccessError,
  ZuoraBusyError,
  ZuoraContractError,
} from "../../../../functions/domain/errors.ts";
import { processorPatience, retryDelayMs, scannerPatience } from "../../../../functions/zuora/http/retry.ts";

const patience = { attemptsMax: 5, delayMaxMs: 1_000, pauseMaxMs: 0 };
const busy = (retryAfterMs?: number) => new ZuoraBusyError("busy", retryAfterMs === undefined ? {} : { retryAfterMs });
const delay = (error: ZuoraBusyError, attempt: number, random = 1, remainingMs = 60_000) =>
  retryDelayMs(error, attempt, patience, random, remainingMs);

describe("a read that met a busy Zuora", () => {
  it("is sent again after a delay that doubles up to its limit", () => {
    expect([1, 2, 3, 4].map((attempt) => delay(busy(), attempt))).toEqual([100, 200, 400, 800]);
    expect(retryDelayMs(busy(), 11, { ...patience, attemptsMax: 20 }, 1, 60_000)).toBe(1_000);
  });

  it("is sent after at least half of that, so that many do not come back at once", () => {
    expect([0, 0.5].map((random) => delay(busy(), 1, random))).toEqual([50, 75]);
  });

  it("is given up after its last attempt", () => {
    expect(delay(busy(), 5)).toBeUndefined();
  });

  it("waits as long as Zuora asks, and gives up where that is longer than its caller is patient", () => {
    expect([delay(busy(700), 1), delay(busy(1_001), 1)]).toEqual([700, undefined]);
  });

  it("is given up where the answer would come too late", () => {
    expect([delay(busy(), 1, 1, 100), delay(busy(), 1, 1, 99)]).toEqual([100, undefined]);
  });
});

it("asks as often for a route that a gateway lost", () => {
  const lost = new LostRouteError("HTTP 404", { scope: "envelope" });
  expect([1, 4, 5].map((attempt) => retryDelayMs(lost, attempt, patience, 1, 60_000))).toEqual([100, 800, undefined]);
});

it.each([
  new ZuoraAccessError("no"),
  new ZuoraContractError("what", { scope: "envelope" }),
  new WriteOutcomeUnknownError("lost"),
])("repeats no verdict: $code", (error) => {
  expect(retryDelayMs(error, 1, patience, 0, 60_000)).toBeUndefined();
});

it("lets the scanner outwait an outage of minutes, and the processor leave it to its queue", () => {
  const total = (limits: typeof patience) => {
    let waited = 0;
    for (let attempt = 1; ; attempt += 1) {
      const delayMs = retryDelayMs(busy(), attempt, limits, 1, Number.POSITIVE_INFINITY);
      if (delayMs === undefined) return waited;
      waited += delayMs;
    }
  };
  expect(total(scannerPatience)).toBeGreaterThan(120_000);
  expect(total(processorPatience)).toBeLessThan(1_000);
});
