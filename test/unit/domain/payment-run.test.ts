import { describe, expect, it } from "vitest";
import { maySelect, type PaymentRun, pendingLeadMs } from "../../../functions/domain/payment-run.ts";

const account = { id: "account-id", currency: "GBP", batch: "Batch1" };

/** Five minutes from now. */
const soon = Date.parse("2026-03-16T09:04:00Z");

const mayCharge = (run: Partial<PaymentRun>, charged: typeof account | Omit<typeof account, "batch"> = account) =>
  maySelect({ status: "Processing", ...run }, charged, "2026-03-16", soon);

describe("a payment run may charge an open invoice", () => {
  it("while it is processing, whenever it was to start", () => {
    expect(mayCharge({ startsAt: soon + 14 * 3_600_000 })).toBe(true);
  });

  it.each([
    ["that starts in five minutes or began to", "2026-03-16T09:00:00Z", true],
    ["that should have started", "2026-03-15T23:00:00Z", true],
    ["that starts in a later hour", "2026-03-16T10:00:00Z", false],
    ["that starts in the same hour of tomorrow", "2026-03-17T09:00:00Z", false],
    ["of which Zuora does not tell the start", undefined, true],
  ])("while it is pending: one %s", (_what, startsAt, may) => {
    expect(mayCharge({ status: "Pending", startsAt: startsAt === undefined ? undefined : Date.parse(startsAt) })).toBe(
      may,
    );
  });

  it.each([
    ["due on its target date", { targetDate: "2026-03-16" }, true],
    ["due before its target date", { targetDate: "2026-03-17" }, true],
    ["due after its target date", { targetDate: "2026-03-15" }, false],
    ["of its batch", { batch: "Batch1" }, true],
    ["of another batch", { batch: "Batch2" }, false],
    ["of its currency", { currency: "GBP" }, true],
    ["of another currency", { currency: "USD" }, false],
    ["of its account", { accountId: "account-id" }, true],
    ["of another account", { accountId: "another-id" }, false],
    ["when it has no filter at all", {}, true],
    ["of its batch but another currency", { batch: "Batch1", currency: "USD" }, false],
  ])("%s: %j gives %s", (_what, filter, may) => {
    expect(mayCharge(filter)).toBe(may);
  });

  it("where the account's batch is unknown, since that cannot rule it out", () => {
    expect(mayCharge({ batch: "Batch2" }, { id: "account-id", currency: "GBP" })).toBe(true);
  });
});

it("counts a pending run as running from five minutes before", () => {
  expect(pendingLeadMs).toBe(300_000);
});
