import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import { queryInParts } from "../../../../functions/zuora/query/in-parts.ts";
import { PagedZuora } from "../../fakes/paged-zuora.ts";
import { json, page, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const numbered = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => ({
    Id: `id-${from + index}`,
    Number: `INV${String(from + index).padStart(8, "0")}`,
  }));

const select = async (zuora: ScriptedZuora, parts: number, concurrency = 4): Promise<readonly unknown[]> => {
  const found: unknown[] = [];
  const client = createClient(connected(zuora, { concurrency }), invocation());
  const selection = { fields: ["Id"], object: "Invoice", conditions: ["Balance < 0"] };
  for await (const { Id } of queryInParts(client, selection, { by: "Number", parts })) found.push(Id);
  return found;
};

const idsOf = (rows: readonly { readonly Id: string }[]) => rows.map(({ Id }) => Id).toSorted();

it("what fits one page costs one call, whatever the parts", async () => {
  const zuora = new PagedZuora(numbered(3), 3);
  expect(await select(zuora, 12)).toEqual(["id-1", "id-2", "id-3"]);
  expect(zuora.calls).toHaveLength(1);
});

it("what does not is cut where one of a thousand lies, since the first page may be its beginning", async () => {
  const rows = numbered(8_000);
  const zuora = new PagedZuora(rows, 500);
  expect((await select(zuora, 4)).toSorted()).toEqual(idsOf(rows));
  const ranges = zuora.queries
    .slice(2)
    .map((query) => query.replace("select Id, Number from Invoice where Balance < 0 and ", ""));
  expect(ranges).toEqual([
    "Number < 'INV00003000'",
    "Number >= 'INV00003000' and Number < 'INV00005000'",
    "Number >= 'INV00005000' and Number < 'INV00007000'",
    "Number >= 'INV00007000'",
  ]);
});

it("parts are read side by side, as many at a time as there may be calls", async () => {
  const zuora = new PagedZuora(numbered(8_000), 500);
  let inFlight = 0;
  let most = 0;
  const { transport } = zuora;
  const slow = async (request: Parameters<typeof transport>[0]) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight -= 1;
    return transport(request);
  };
  await select(Object.assign(Object.create(zuora) as ScriptedZuora, { transport: slow }), 8, 4);
  expect(most).toBe(4);
});

describe("every record is found", () => {
  const text = fc
    .oneof(fc.string({ maxLength: 4 }), fc.stringMatching(/^INV\d{1,4}$/))
    .map((each) => each.replaceAll(/['\\]/g, "x"));
  const tables = fc
    .uniqueArray(text, { maxLength: 40 })
    .map((all) => all.map((each) => ({ Id: `id of ${each}`, Number: each })));
  const orders = {
    "by code point": (a: string, b: string) => a < b,
    "the other way round": (a: string, b: string) => a > b,
    "without regard to case": (a: string, b: string) => a.toLowerCase() < b.toLowerCase(),
    "by length": (a: string, b: string) => a.length < b.length,
  };

  it.each(Object.entries(orders))("in whatever order Zuora compares texts: %s", async (_name, isBefore) => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 12 }),
        async (rows, size, parts) => {
          const found = await select(new PagedZuora(rows, size, isBefore), parts);
          expect([...new Set(found)].toSorted()).toEqual(idsOf(rows));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("and once, where Zuora compares as we do", async () => {
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 2, max: 12 }),
        async (rows, size, parts) => {
          expect((await select(new PagedZuora(rows, size), parts)).toSorted()).toEqual(idsOf(rows));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("page after page where a record of the first page has no such text", async () => {
    const rows = [{ Id: "id-0" }, ...numbered(9)];
    const zuora = new PagedZuora(rows, 4);
    expect((await select(zuora, 4)).toSorted()).toEqual(idsOf(rows));
    expect(zuora.queries).toHaveLength(1);
  });
});

describe("what cannot be divided is read page after page", () => {
  it.each([
    ["ends of texts", / like /],
    ["texts", /(>=|<) '/],
  ])("where Zuora refuses to compare %s", async (_what, refused) => {
    const rows = numbered(9);
    const zuora = new PagedZuora(rows, 2, undefined, refused);
    expect([...new Set(await select(zuora, 4))].toSorted()).toEqual(idsOf(rows));
  });

  it.each([
    ["yes", true],
    ["no", false],
  ])("where every record satisfies every range, or none: %s", async (_what, answer) => {
    const rows = numbered(9);
    const comparing = (_a: string, _b: string, operator: string) => (operator === "<") === answer;
    const zuora = new PagedZuora(rows, 4, comparing);
    expect([...new Set(await select(zuora, 4))].toSorted()).toEqual(idsOf(rows));
  });
});

it("fails as its parts fail: half a reading is no reading", async () => {
  const zuora = new ScriptedZuora(
    page(numbered(2), "more"),
    page([]),
    page(numbered(1, 3)),
    json(200, { records: "no list" }),
  );
  expect(await errorOf(select(zuora, 2))).toMatchObject({ code: "ZUORA_CONTRACT" });
});
