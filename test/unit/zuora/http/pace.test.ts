import { describe, expect, it } from "vitest";
import {
  lockCode,
  WriteOutcomeUnknownError,
  ZuoraAccessError,
  ZuoraBusyError,
  ZuoraRejectedError,
} from "../../../../functions/domain/errors.ts";
import { TokenRefusal } from "../../../../functions/zuora/http/answers/answer.ts";
import { createPace, type Pace } from "../../../../functions/zuora/http/pace.ts";
import { NoAnswerError } from "../../../../functions/zuora/http/transport.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { errorOf } from "../fixtures.ts";

const paced = (concurrency = 2) => {
  const clock = new VirtualClock();
  return { clock, pace: createPace(clock, { concurrency, pauseMs: 60_000, timeoutMs: 15_000 }) };
};

const busy = (retryAfterMs?: number) => new ZuoraBusyError("Zuora answered HTTP 503", { retryAfterMs });

const answered = { body: {}, zuoraRequestId: undefined, answeredAt: undefined };

const almostUsed = { "ratelimit-limit": "1000", "ratelimit-remaining": "1" };

const quickMs = 200;

const times = (count: number, act: () => void): void => {
  for (let done = 0; done < count; done += 1) act();
};

it("lets a write leave before every read that waits, since what was looked at before it grows old", async () => {
  const { pace } = paced(1);
  const left: string[] = [];
  const call = (name: string) => async () => {
    left.push(name);
  };
  await Promise.all([
    pace.run("read", call("first read")),
    pace.run("read", call("second read")),
    pace.run("write", call("first write")),
    pace.run("read", call("third read")),
    pace.run("write", call("second write")),
  ]);
  expect(left).toEqual(["first read", "first write", "second write", "second read", "third read"]);
});

it("gives the turn of a call that failed to the next one", async () => {
  const { pace } = paced(1);
  const failed = pace.run("read", () => Promise.reject(new Error("no")));
  const next = pace.run("read", async () => "answer");
  await expect(failed).rejects.toThrow("no");
  expect(await next).toBe("answer");
});

describe("a refusal of our user", () => {
  it("keeps the environment away at once, and goes on saying what Zuora said", async () => {
    const { pace, clock } = paced();
    pace.heard(new ZuoraAccessError("Zuora answered NO_PERMISSION: no"));
    const error = await errorOf(pace.run("read", async () => "never"));
    expect([error.code, error.message, error.retryAfterMs]).toEqual([
      "ZUORA_ACCESS",
      "Zuora answered NO_PERMISSION: no",
      60_000,
    ]);
    clock.pass(60_000);
    expect(await pace.run("read", async () => "answer")).toBe("answer");
  });
});

describe("three busy answers in a row", () => {
  it.each([
    ["a Retry-After of a week", (pace: Pace) => times(3, () => pace.heard(busy(7 * 24 * 3_600_000)))],
    [
      "a day until the limit resets",
      (pace: Pace) => pace.notice({ ...almostUsed, "ratelimit-reset": "86400" }, quickMs),
    ],
  ])("or %s keep the environment away for five minutes at the most, and then somebody asks", async (_what, trouble) => {
    const { pace, clock } = paced();
    trouble(pace);
    expect(pace.pausedMs()).toBe(300_000);
    clock.pass(300_000);
    expect(await pace.run("read", async () => "answer")).toBe("answer");
  });

  it("keep the environment away for a minute, and say for how long", async () => {
    const { pace, clock } = paced();
    times(3, () => pace.heard(busy()));
    let called = false;
    const error = await errorOf(
      pace.run("read", async () => {
        called = true;
      }),
    );
    expect([error.code, error.retryAfterMs, called]).toEqual(["ZUORA_BUSY", 60_000, false]);
    clock.pass(60_000);
    expect([pace.pausedMs(), await pace.run("read", async () => "answer")]).toEqual([0, "answer"]);
  });

  it("keep it away for as long as Zuora says, where it says", () => {
    const { pace } = paced();
    pace.heard(busy(1_000));
    pace.heard(busy(2_000));
    pace.heard(busy(90_000));
    expect(pace.pausedMs()).toBe(90_000);
  });

  it.each([
    ["calls without an answer", new NoAnswerError("timeout", { sent: true })],
    ["tokens refused twice", new TokenRefusal(new ZuoraAccessError("Zuora refused the token"))],
    ["writes of unknown outcome", new WriteOutcomeUnknownError("Zuora answered HTTP 500 to a write")],
  ])("are also three %s", (_what, outcome) => {
    const { pace } = paced();
    times(2, () => pace.heard(outcome));
    expect(pace.pausedMs()).toBe(0);
    pace.heard(outcome);
    expect(pace.pausedMs()).toBe(60_000);
  });

  it.each([
    ["locks of single accounts", new ZuoraBusyError("Zuora answered LOCK_COMPETITION", { zuoraCode: lockCode })],
    [
      "refusals of single records",
      new ZuoraRejectedError("Zuora answered INVALID_VALUE", { again: "unless-unchanged" }),
    ],
  ])("are not three %s: the next account is another", (_what, outcome) => {
    const { pace } = paced();
    times(3, () => pace.heard(outcome));
    expect(pace.pausedMs()).toBe(0);
  });

  it("are not two", () => {
    const { pace } = paced();
    times(2, () => pace.heard(busy()));
    expect(pace.pausedMs()).toBe(0);
  });

  it("are not three where a good answer was among them", () => {
    const { pace } = paced();
    times(2, () => pace.heard(busy()));
    pace.heard(answered);
    times(2, () => pace.heard(busy()));
    expect(pace.pausedMs()).toBe(0);
  });

  it("are three again at the next busy answer after the pause", () => {
    const { pace, clock } = paced();
    times(3, () => pace.heard(busy()));
    clock.pass(60_000);
    pace.heard(busy());
    expect(pace.pausedMs()).toBe(60_000);
  });

  it("never shorten a pause", () => {
    const { pace } = paced();
    times(3, () => pace.heard(busy()));
    pace.heard(busy(1_000));
    expect(pace.pausedMs()).toBe(60_000);
  });
});

/** How many of ten calls are in flight at once. */
const inFlightMax = async (pace: Pace): Promise<number> => {
  let inFlight = 0;
  let most = 0;
  const call = async () => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight -= 1;
  };
  await Promise.all(Array.from({ length: 10 }, () => pace.run("read", call)));
  return most;
};

describe("calls in flight", () => {
  it("are never more than the environment's share", async () => {
    expect(await inFlightMax(paced(3).pace)).toBe(3);
  });

  it("are one at a time while the tenant is near its concurrency limit, and more again afterwards", async () => {
    const { pace } = paced(3);
    pace.notice({ "concurrency-limit-remaining": "2" }, quickMs);
    const near = await inFlightMax(pace);
    pace.notice({ "concurrency-limit-remaining": "30" }, quickMs);
    expect([near, await inFlightMax(pace)]).toEqual([1, 3]);
  });

  it.each<[string, (pace: Pace) => void]>([
    ["an answer that took half as long as anybody waits", (pace) => pace.notice({}, 7_500)],
    ["a busy answer", (pace) => pace.heard(busy())],
    ["a call without an answer", (pace) => pace.heard(new NoAnswerError("timeout", { sent: true }))],
  ])("are half as many after %s, and never fewer than one", async (_what, trouble) => {
    const { pace } = paced(8);
    const most: number[] = [];
    for (let times = 0; times < 4; times += 1) {
      trouble(pace);
      pace.heard(answered);
      most.push(await inFlightMax(pace));
    }
    expect(most).toEqual([4, 2, 1, 1]);
  });

  it("are one more after as many quick answers as there are calls, up to the environment's share", async () => {
    const { pace } = paced(4);
    times(2, () => pace.notice({}, 7_500));
    const most: number[] = [];
    for (const answers of [1, 1, 1, 3, 10]) {
      times(answers, () => pace.notice({}, 7_499));
      most.push(await inFlightMax(pace));
    }
    expect(most).toEqual([2, 2, 3, 4, 4]);
  });

  it.each([
    ["a token was refused", new TokenRefusal(new ZuoraAccessError("Zuora refused the token"))],
    ["an account was locked", new ZuoraBusyError("Zuora answered LOCK_COMPETITION", { zuoraCode: lockCode })],
  ])("are as many where %s, which says nothing of the tenant", async (_what, outcome) => {
    const { pace } = paced(4);
    pace.heard(outcome);
    expect(await inFlightMax(pace)).toBe(4);
  });
});

describe("the tenant's rate limit", () => {
  const headers = (remaining: string) => ({
    "ratelimit-limit": "50000, 50000;w=60, 2250000;w=3600",
    "ratelimit-remaining": remaining,
    "ratelimit-reset": "42",
  });

  it("is left to the company's other programs when almost all of it is used, until it resets, and is named", () => {
    const { pace } = paced();
    pace.notice(headers("999"), quickMs);
    expect(pace.pausedMs()).toBe(42_000);
    expect(pace.refusal()?.message).toBe("the tenant's rate limit is nearly used up");
    times(3, () => pace.heard(busy(50_000)));
    expect(pace.refusal()?.message).toContain("repeated busy answers");
  });

  it("is nobody's concern before", () => {
    const { pace } = paced();
    pace.notice(headers("1000"), quickMs);
    expect(pace.pausedMs()).toBe(0);
  });

  it("is not guessed where a header is missing", () => {
    const { pace } = paced();
    pace.notice({ ...headers("0"), "ratelimit-reset": undefined }, quickMs);
    expect(pace.pausedMs()).toBe(0);
  });
});

it("allows more calls in flight at once than it began with, where none was too many", async () => {
  const { pace } = paced(2);
  pace.allow(8);
  expect(await inFlightMax(pace)).toBe(8);
  pace.notice({}, 7_500);
  pace.allow(20);
  expect(await inFlightMax(pace)).toBe(4);
});

it("allows fewer calls in flight from now on, and as many again once Zuora has room", async () => {
  const { pace } = paced(20);
  pace.allow(2);
  const inFlight = async () => {
    let most = 0;
    let now = 0;
    const call = async () => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
    };
    await Promise.all(Array.from({ length: 30 }, () => pace.run("read", call)));
    return most;
  };
  expect(await inFlight()).toBe(2);
  pace.notice({ "concurrency-limit-remaining": "40" }, quickMs);
  expect(await inFlight()).toBe(2);
  pace.notice({ "concurrency-limit-remaining": "1" }, quickMs);
  expect(await inFlight()).toBe(1);
});
