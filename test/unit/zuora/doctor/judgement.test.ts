import { describe, expect, it } from "vitest";
import { judgeOffset, judgeOrder, judgePaymentRuns } from "../../../../functions/zuora/doctor/judgement.ts";

const answer = (CreatedDate?: string) => ({
  body: { records: CreatedDate === undefined ? [] : [{ CreatedDate }] },
  serverTime: undefined,
  limits: {},
});

describe("the time zone", () => {
  it.each([
    ["Europe/London", "2026-07-01T12:00:00.000+01:00", "ok"],
    ["Europe/London", "2026-01-01T12:00:00.000+00:00", "ok"],
    ["Europe/London", "2026-07-01T12:00:00.000-07:00", "fail"],
    ["America/Los_Angeles", "2026-07-01T12:00:00.000-07:00", "ok"],
    ["UTC", undefined, "warn"],
  ])("%s beside %s is %s", (zone, created, state) => {
    expect(judgeOffset(answer(created), zone).state).toBe(state);
  });
});

describe("pending payment runs", () => {
  const judged = (run: object) => judgePaymentRuns({ paymentRuns: [{ number: "PR-1", ...run }] }).state;
  const applying = { collectPayment: true, applyCreditBalance: true, runDate: "2026-03-16 09:00:00" };

  it.each([
    ["applies credit first", { ...applying, targetDate: "2026-03-16" }, "ok"],
    [
      "would charge the card, since its target date is after its own day",
      { ...applying, targetDate: "2026-03-17" },
      "warn",
    ],
    ["does not apply credit", { ...applying, applyCreditBalance: false, targetDate: "2026-03-16" }, "warn"],
    [
      "collects nothing",
      { ...applying, collectPayment: false, applyCreditBalance: false, targetDate: "2026-03-16" },
      "ok",
    ],
  ])("one that %s", (_what, run, state) => {
    expect(judged(run)).toBe(state);
  });
});

it.each([
  [["2026-11-02 10:00:00", "2026-11-02 10:00:00", "2026-11-01 10:00:00"], "ok"],
  [["2026-11-01 10:00:00", "2026-11-02 10:00:00"], "fail"],
  [[], "ok"],
] as const)("payment runs changed at %j, asked for newest first, are %s", (days, state) => {
  expect(judgeOrder({ paymentRuns: days.map((updatedDate) => ({ updatedDate })) }).state).toBe(state);
});
