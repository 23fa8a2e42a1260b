import { describe, expect, it } from "vitest";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import { createCollectionsView } from "../../../../functions/zuora/payment-runs/collections.ts";
import { json, page, type Scripted, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { TabledZuora } from "../../fakes/tabled-zuora.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const view = (zuora: ScriptedZuora, timeZone = "UTC") => {
  const clock = new VirtualClock();
  const collections = createCollectionsView(clock.now, timeZone);
  const client = createClient(connected(zuora), invocation());
  return { clock, current: () => collections.current(client) };
};

it("reads every page of the runs", async () => {
  const pages = [40, 40, 3].map((count) =>
    json(200, { paymentRuns: Array.from({ length: count }, () => ({ batch: "Batch1" })) }),
  );
  const answer: Scripted = ({ path }) => {
    if (!path.startsWith("/v1/payment-runs")) return page([]);
    if (path.includes("Pending")) return json(200, { paymentRuns: [] });
    return pages.shift() ?? json(500, {});
  };
  const { current } = view(new ScriptedZuora(...Array<Scripted>(5).fill(answer)));
  expect((await current()).runs).toHaveLength(83);
});

it("does not miss a run that begins between the two looks at pending and at processing ones", async () => {
  let status = "Pending";
  const answer: Scripted = ({ path }) => {
    if (!path.startsWith("/v1/payment-runs")) return page([]);
    const listed = path.includes(status) ? [{ runDate: "2026-03-16 12:00:00" }] : [];
    status = "Processing";
    return json(200, { paymentRuns: listed });
  };
  const { current } = view(new ScriptedZuora(...Array<Scripted>(3).fill(answer)));
  expect((await current()).runs.length).toBeGreaterThan(0);
});

describe("the view", () => {
  const counted = () => {
    const zuora = new TabledZuora({});
    const { current, clock } = view(zuora);
    /** How many calls it took to look so often, all at one time. */
    const lookTimes = async (times: number): Promise<number> => {
      const before = zuora.calls.length;
      await Promise.all(Array.from({ length: times }, current));
      return zuora.calls.length - before;
    };
    return { lookTimes, clock };
  };

  it("is read once for everybody who looks within some seconds", async () => {
    const { lookTimes, clock } = counted();
    expect(await lookTimes(30)).toBe(3);
    clock.pass(14_999);
    expect(await lookTimes(30)).toBe(0);
    clock.pass(1);
    expect(await lookTimes(1)).toBe(3);
  });

  it("is kept longer while few have shared it, so that a slow tenant is not asked more per account", async () => {
    const { lookTimes, clock } = counted();
    await lookTimes(1);
    clock.pass(59_999);
    expect(await lookTimes(23)).toBe(0);
  });

  it("is never kept longer than a minute", async () => {
    const { lookTimes, clock } = counted();
    await lookTimes(1);
    clock.pass(60_000);
    expect(await lookTimes(1)).toBe(3);
  });

  it("does not ask again for what the tenant does not offer", async () => {
    const unknown = json(404, { success: false, reasons: [{ code: 50000040, message: "does not exist" }] });
    const zuora = new ScriptedZuora(unknown, unknown, unknown);
    const { current, clock } = view(zuora);
    await current();
    clock.pass(60_000);
    expect(await current()).toEqual({ runs: [], accountsBeingPaid: new Set() });
  });
});

it("is not kept where it could not be read", async () => {
  const refused = json(400, { reasons: [{ code: 58490020, message: "bad value" }] });
  const { current } = view(
    new ScriptedZuora(refused, refused, ...Array<Scripted>(3).fill(() => json(200, { paymentRuns: [], done: true }))),
  );
  expect((await errorOf(current())).code).toBe("ZUORA_CONTRACT");
  expect((await current()).runs).toEqual([]);
});

describe("a tenant without electronic payments collects nothing, where", () => {
  it.each([
    ["the address is unknown", json(404, { error: "Not Found", message: "Route not found" })],
    [
      "the end point is unknown on HTTP 200",
      json(200, { success: false, reasons: [{ code: 50000040, message: "does not exist" }] }),
    ],
    [
      "the object is unknown",
      json(400, { FaultCode: "INVALID_TYPE", FaultMessage: "invalid type for query: Payment" }),
    ],
  ])("%s", async (_name, answer) => {
    const { current } = view(new ScriptedZuora(answer, answer, answer));
    expect(await current()).toEqual({ runs: [], accountsBeingPaid: new Set() });
  });
});

it.each([
  ["an answer that nobody understands", json(200, { paymentRuns: "none" }), "ZUORA_CONTRACT"],
  [
    "a refusal of our user",
    json(403, { success: false, reasons: [{ code: 50000010, message: "no" }] }),
    "ZUORA_ACCESS",
  ],
])("takes %s for no proof that nothing is collected", async (_name, answer, code) => {
  const { current } = view(new ScriptedZuora(...Array<Scripted>(9).fill(answer)));
  expect((await errorOf(current())).code).toBe(code);
});

it.each([
  ["UTC", "2026-03-16 09:30:00", "2026-03-16T09"],
  ["UTC", "2026-03-16T09:30:00.000+09:00", "2026-03-16T00"],
  ["Asia/Tokyo", "2026-03-16T09:30:00Z", "2026-03-16T18"],
])("in %s, a run of %s starts in the hour %s of the tenant", async (timeZone, runDate, hour) => {
  const { current } = view(new TabledZuora({}, [{ status: "Pending", runDate }]), timeZone);
  expect((await current()).runs).toEqual([{ status: "Pending", startsInHour: hour }]);
});
