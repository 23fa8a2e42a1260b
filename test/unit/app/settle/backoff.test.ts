import { expect, it } from "vitest";
import { dispositionOf, hideSeconds } from "../../../../functions/app/settle/disposition.ts";
import type { Result } from "../../../../functions/app/settle/outcome.ts";
import { stillLanding } from "../../../../functions/app/settle/rounds/landing.ts";
import { NotConvergedError, ZuoraBusyError } from "../../../../functions/domain/errors.ts";

const failed: Result = { kind: "failed", error: new NotConvergedError("steps are left"), final: false };
const busy = (retryAfterMs?: number): Result => ({
  kind: "waiting",
  reason: new ZuoraBusyError("busy", retryAfterMs === undefined ? {} : { retryAfterMs }),
});

it("doubles with every attempt, up to the stage's longest wait", () => {
  expect([1, 2, 3, 8, 9, 10, 5_000].map((attempts) => hideSeconds(failed, attempts, 300, 1))).toEqual([
    1, 2, 4, 128, 256, 300, 300,
  ]);
});

it("spreads attempts over the upper half of the wait, in whole seconds of at least one", () => {
  expect([0, 0.5, 1].map((random) => hideSeconds(busy(), 5, 300, random))).toEqual([8, 12, 16]);
  expect(hideSeconds(busy(), 1, 300, 0)).toBe(1);
});

it("waits at least as long as Zuora asked, beyond the stage's longest wait, and five minutes at most", () => {
  expect([500, 60_000, 3_600_000].map((asked) => hideSeconds(busy(asked), 1, 10, 1))).toEqual([1, 60, 300]);
});

it("comes back at once where only the time ran out", () => {
  expect(hideSeconds({ kind: "waiting", reason: "out-of-time" }, 9, 300, 1)).toBe(1);
});

it("looks at a collecting payment run once a minute", () => {
  const collecting: Result = { kind: "waiting", reason: "payment-run-collecting" };
  expect([hideSeconds(collecting, 1, 300, 1), hideSeconds(collecting, 1, 10, 1)]).toEqual([60, 10]);
});

it("a write that may still land keeps the account's message group, so that nobody else handles another message of it", () => {
  const limits = { maxReceiveCount: 5, backoffMaxSeconds: 300, setAsideAfterSeconds: 1_800 };
  const on = (receiveCount: number) =>
    dispositionOf(
      { kind: "waiting", reason: stillLanding() },
      { receiveCount, earlierAttempts: 0, troubledSince: {}, notBefore: undefined },
      limits,
      0,
      0,
    );
  expect([1, 2, 3].map(on)).toEqual(Array.from({ length: 3 }, () => ({ kind: "hide", seconds: 120 })));
  // Once more, and SQS would set the message aside.
  expect(on(4)).toMatchObject({ kind: "renew", seconds: 120 });
});
