import { describe, expect, it } from "vitest";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import { accountsBeingPaidAmong, createCollectionsView } from "../../../../functions/zuora/payment-runs/collections.ts";
import { html, json, page, type Scripted, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { TabledZuora } from "../../fakes/tabled-zuora.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const view = (zuora: ScriptedZuora, timeZone = "UTC") => {
  const clock = new VirtualClock();
  const told: string[] = [];
  const collections = createCollectionsView(timeZone, { now: clock.now, onNotOffered: (what) => told.push(what) });
  const client = createClient(connected(zuora), invocation());
  return { clock, told, current: () => collections.current(client) };
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
});

it("is not kept where it could not be read", async () => {
  const refused = json(400, { reasons: [{ code: 58490020, message: "bad value" }] });
  const { current } = view(
    new ScriptedZuora(refused, refused, ...Array<Scripted>(3).fill(() => json(200, { paymentRuns: [], done: true }))),
  );
  expect((await errorOf(current())).code).toBe("ZUORA_CONTRACT");
  expect((await current()).runs).toEqual([]);
});

const answers = (answer: Scripted) => new ScriptedZuora(...Array<Scripted>(30).fill(answer));

const gatewayPage = html(404);
const unknownRoute = json(404, { error: "Not Found", message: "Route not found" });
const notThere = json(200, { success: false, reasons: [{ code: 50000040, message: "does not exist" }] });
const noSuchObject = json(400, { FaultCode: "INVALID_TYPE", FaultMessage: "invalid type for query: Payment" });

describe("that a tenant has no electronic payments", () => {
  it.each([
    ["unknown address", unknownRoute],
    ["an end point that is unknown on HTTP 200", notThere],
    ["an unknown object", noSuchObject],
  ])("is believed when it was said for half a minute: %s", async (_name, answer) => {
    const { current, clock, told } = view(answers(answer));
    for (const _ of [1, 2, 3]) {
      expect(await errorOf(current())).toMatchObject({ code: "ZUORA_BUSY", retryAfterMs: 10_000 });
      clock.pass(10_000);
    }
    expect(await current()).toEqual({ runs: [], accountsBeingPaid: new Set() });
    expect(told.toSorted()).toEqual(["payment runs", "payments"]);
  });

  it("is asked anew with every view, told once, and over as soon as Zuora lists a run", async () => {
    let runs: object = { success: false, reasons: [{ code: 50000040, message: "does not exist" }] };
    const answer: Scripted = ({ path }) => (path.startsWith("/v1/payment-runs") ? json(200, runs) : page([]));
    const { current, clock, told } = view(answers(answer));
    for (const _ of [1, 2, 3]) {
      await errorOf(current());
      clock.pass(10_000);
    }
    for (const _ of [1, 2]) {
      expect((await current()).runs).toEqual([]);
      clock.pass(60_000);
    }
    expect(told).toEqual(["payment runs"]);
    runs = { paymentRuns: [{ batch: "Batch1" }] };
    expect((await current()).runs).toHaveLength(2);
  });

  it("is not believed for one answer, however long ago: another one ends all doubt", async () => {
    const listed = json(200, { paymentRuns: [], records: [], done: true });
    const zuora = new ScriptedZuora(notThere, page([]), ...Array<Scripted>(3).fill(listed), notThere, page([]));
    const { current, clock } = view(zuora);
    await errorOf(current());
    clock.pass(3_600_000);
    await current();
    clock.pass(60_000);
    expect((await errorOf(current())).code).toBe("ZUORA_BUSY");
  });

  describe("in the words of a gateway, which signs no answer as Zuora does,", () => {
    const sayingFor = async (minutes: number, from: Scripted, signsAnswers: () => boolean) => {
      let runs = from;
      const answer: Scripted = (request) =>
        !request.path.startsWith("/v1/payment-runs") ? page([]) : typeof runs === "function" ? runs(request) : runs;
      const clock = new VirtualClock();
      const deps = { now: clock.now, signsAnswers, onNotOffered: () => {} };
      const collections = createCollectionsView("UTC", deps);
      const current = () => collections.current(createClient(connected(answers(answer)), invocation()));
      if (from !== lostRoute) await current();
      runs = lostRoute;
      clock.pass(60_000);
      for (let waited = 0; waited < minutes * 60_000; waited += 10_000) {
        expect((await errorOf(current())).code).toBe("ZUORA_BUSY");
        clock.pass(10_000);
      }
      return current;
    };
    const lostRoute = json(404, { message: "no Route matched with those values" });

    it("is believed after five minutes only, where the tenant signs its others", async () => {
      const current = await sayingFor(5, lostRoute, () => true);
      expect((await current()).runs).toEqual([]);
    });

    it("is never believed where the tenant has listed runs to this environment before", async () => {
      await sayingFor(60, json(200, { paymentRuns: [] }), () => false);
    });
  });

  it("is never believed of a page that Zuora did not write, however often it comes", async () => {
    const { current, clock } = view(answers(gatewayPage));
    for (const _ of [1, 2, 3, 4, 5]) {
      expect((await errorOf(current())).code).toBe("ZUORA_CONTRACT");
      clock.pass(60_000);
    }
  });

  it("is asked often enough at once for an operator, who waits for it", async () => {
    const clock = new VirtualClock();
    const collections = createCollectionsView("UTC", { ...clock, now: clock.now, onNotOffered: () => {} });
    const found = await collections.current(createClient(connected(answers(notThere)), invocation()));
    expect(found.runs).toEqual([]);
    expect(clock.slept.length).toBeGreaterThan(2);
  });
});

describe("a tenant with more payments under way than can be read at a time", () => {
  const many = () => {
    const { clock, current } = view(
      answers(({ path }) => {
        if (path.startsWith("/v1/payment-runs")) return json(200, { paymentRuns: [] });
        clock.pass(6_000);
        return page([{ Id: "p", AccountId: "a" }], "there is always another page");
      }),
    );
    return { clock, current };
  };

  it("is not read to the end by anybody: whoever settles asks about its own accounts", async () => {
    const { current } = many();
    expect((await current()).accountsBeingPaid).toBeUndefined();
  });

  it("is not tried again for ten minutes", async () => {
    const { current, clock } = many();
    await current();
    const before = clock.now();
    clock.pass(60_000);
    await current();
    expect(clock.now()).toBe(before + 60_000);
  });

  it("is asked about the accounts at hand", async () => {
    const zuora = new TabledZuora({ Payment: [{ Id: "p", AccountId: "b" }] });
    const found = await accountsBeingPaidAmong(createClient(connected(zuora), invocation()), ["a", "b"]);
    expect([...found]).toEqual(["b"]);
    expect(zuora.queriesOn("Payment")).toEqual([
      "select Id, AccountId from Payment where AccountId = 'a' and Status = 'Processing' or AccountId = 'b' and Status = 'Processing'",
    ]);
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
  ["UTC", "2026-03-16 09:30:00", "2026-03-16T09:00:00Z"],
  ["UTC", "2026-03-16T09:30:00.000+09:00", "2026-03-16T00:00:00Z"],
  ["Asia/Tokyo", "2026-03-16 09:30:00", "2026-03-16T00:00:00Z"],
])("in %s, a run of %s starts on the hour, at %s", async (timeZone, runDate, startsAt) => {
  const { current } = view(new TabledZuora({}, [{ status: "Pending", runDate }]), timeZone);
  expect((await current()).runs).toMatchObject([{ status: "Pending", startsAt: Date.parse(startsAt) }]);
});

describe("a look at this very moment", () => {
  const looking = () => {
    const payments = [{ Id: "p", AccountId: "a" }];
    const zuora = new TabledZuora({ Payment: payments }, [{ status: "Processing" }]);
    const clock = new VirtualClock();
    const collections = createCollectionsView("UTC", { now: clock.now, onNotOffered: () => {} });
    return { zuora, payments, clock, collections, client: createClient(connected(zuora), invocation()) };
  };

  it("asks for runs in Processing alone, and for the payments of the accounts at hand", async () => {
    const { zuora, collections, client } = looking();
    expect(await collections.inProgress(client)).toEqual([{ status: "Processing" }]);
    expect(await collections.beingPaid(client, ["a", "b"])).toEqual(new Set(["a"]));
    expect(zuora.calls.map(({ path }) => path.split("&")[0])).toEqual([
      "/v1/payment-runs?status=Processing",
      "/v1/action/query",
    ]);
    expect(zuora.queriesOn("Payment")[0]).toContain("AccountId = 'b' and Status = 'Processing'");
  });

  it("costs nothing where the view is less than two seconds old, so that few accounts need no call more", async () => {
    const { zuora, clock, collections, client } = looking();
    await collections.current(client);
    const read = zuora.calls.length;
    clock.pass(1_999);
    expect(await collections.inProgress(client)).toEqual([{ status: "Processing" }]);
    await collections.beingPaid(client, ["a"]);
    expect(zuora.calls.length).toBe(read);
    await collections.inProgress(client);
    expect(zuora.calls.length).toBe(read + 1);
    clock.pass(1);
    await collections.beingPaid(client, ["a"]);
    expect(zuora.calls.length).toBe(read + 2);
  });

  it("is one call for all batches that look within less than a third of a second, and made anew after that", async () => {
    const { zuora, clock, collections, client } = looking();
    await Promise.all([collections.inProgress(client), collections.inProgress(client)]);
    clock.pass(299);
    expect(await collections.inProgress(client)).toEqual([{ status: "Processing" }]);
    expect(zuora.calls.length).toBe(1);
    clock.pass(1);
    await collections.inProgress(client);
    expect(zuora.calls.length).toBe(2);
  });

  it("is one call for all who ask while it waits for its turn, and is as old as its leaving", async () => {
    const { zuora, clock, collections } = looking();
    const connection = connected(zuora, { concurrency: 1 });
    const client = createClient(connection, invocation());
    const turn = Promise.withResolvers<void>();
    const before = connection.pace.run("read", () => turn.promise);
    const first = collections.inProgress(client);
    clock.pass(5_000);
    const beside = collections.inProgress(client);
    turn.resolve();
    await before;
    expect(await beside).toBe(await first);
    clock.pass(299);
    await collections.inProgress(client);
    expect(zuora.calls.length).toBe(1);
  });

  it("asks for the payments of everybody where the view had few, in one call for all batches beside", async () => {
    const { zuora, clock, collections, client } = looking();
    await collections.current(client);
    clock.pass(2_000);
    const read = zuora.calls.length;
    const looks = await Promise.all([collections.beingPaid(client, ["a"]), collections.beingPaid(client, ["b"])]);
    expect(looks).toEqual([new Set(["a"]), new Set(["a"])]);
    expect(zuora.calls.length).toBe(read + 1);
    clock.pass(300);
    await collections.beingPaid(client, ["b"]);
    expect(zuora.calls.length).toBe(read + 2);
  });

  it("asks for those of the accounts at hand where the view had many, or there are many by now", async () => {
    const { zuora, payments, clock, collections, client } = looking();
    await collections.current(client);
    clock.pass(2_000);
    payments.push(...Array.from({ length: 50 }, (_, at) => ({ Id: `p${at}`, AccountId: `a${at}` })));
    await collections.beingPaid(client, ["a", "b"]).catch(() => {});
    expect(zuora.queriesOn("Payment").at(-1)).toContain("AccountId = 'b' and Status = 'Processing'");
    clock.pass(60_000);
    await collections.current(client);
    clock.pass(2_000);
    const read = zuora.calls.length;
    await collections.beingPaid(client, ["b"]);
    expect(zuora.calls.length).toBe(read + 1);
  });

  it("is never answered by what the same batch has acted on already", async () => {
    const { zuora, collections, client } = looking();
    const first = await collections.inProgress(client);
    await collections.inProgress(client, first);
    expect(zuora.calls.length).toBe(2);
  });

  it("is made anew where it failed: nobody is answered by what went wrong for another", async () => {
    const { collections, client } = looking();
    const unlucky = createClient(connected(new ScriptedZuora(html(503), html(503), html(503))), invocation());
    expect((await errorOf(collections.inProgress(unlucky))).code).toBe("ZUORA_BUSY");
    expect(await collections.inProgress(client)).toEqual([{ status: "Processing" }]);
  });
});
