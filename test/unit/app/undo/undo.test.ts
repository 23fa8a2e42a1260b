import { describe, expect, it } from "vitest";
import { NotStoppedError } from "../../../../functions/app/undo/must-be-stopped.ts";
import { type UndoDeps, undo } from "../../../../functions/app/undo/undo.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

const clock = new VirtualClock();

const stopped = (secondsAgo: number | undefined): UndoDeps => ({
  records: { adjustmentsOfRun: async () => [], accounts: async () => new Map() },
  cancel: async () => [],
  switchReader: { read: async () => "off" },
  switchTurnedAt: async () => (secondsAgo === undefined ? undefined : clock.now() - secondsAgo * 1000),
  clock,
  journal: { record: () => {} },
});

describe("to undo a run", () => {
  it("begins when no write that had left before the stop can still land, and says when that is", async () => {
    await expect(undo(stopped(40), "zcs-0mb0abc123")).rejects.toThrow(NotStoppedError);
    await expect(undo(stopped(40), "zcs-0mb0abc123")).rejects.toThrow("in 140 seconds");
    expect(await undo(stopped(180), "zcs-0mb0abc123")).toEqual([]);
  });

  it("needs nothing but the switch where nobody tells when that was turned", async () => {
    expect(await undo(stopped(undefined), "zcs-0mb0abc123")).toEqual([]);
  });

  it("needs the switch off", async () => {
    const on = { ...stopped(180), switchReader: { read: async () => "dry-run" as const } };
    await expect(undo(on, "zcs-0mb0abc123")).rejects.toThrow("the switch says dry-run");
  });
});
