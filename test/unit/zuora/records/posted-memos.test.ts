import { expect, it } from "vitest";
import { createMemoRecords } from "../../../../functions/zuora/records/posted-memos.ts";
import { json, page, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const ourUser = "8aa0000000000000000000000000a001";

const application = (id: string, spec: object = {}) => ({
  id,
  accountId: "A",
  creditMemoId: "M",
  invoiceId: "I",
  amount: 1.5,
  createdById: ourUser,
  createdDate: "2026-03-02T10:00:00Z",
  ...spec,
});

const memo = (spec: object = {}) => ({
  id: "M",
  accountId: "A",
  memoNumber: "CM1",
  memoDate: "2026-03-01",
  currency: "GBP",
  totalAmount: 200,
  balance: 10.5,
  sourceId: "somebody@example.invalid",
  creditMemoApplications: [application("P")],
  ...spec,
});

/** A Zuora that answers each collection by what its filters are. */
const scene = (answer: (collection: string, filters: readonly string[]) => readonly object[]) => {
  const zuora = new ScriptedZuora(
    ...Array(30).fill(({ path }: { path: string }) => {
      const url = new URL(path, "http://zuora");
      const collection = url.pathname.replace("/object-query/", "");
      return url.pathname.startsWith("/object-query/")
        ? json(200, { data: answer(collection, url.searchParams.getAll("filter[]")) })
        : page([{ Id: "I", InvoiceNumber: "INV1" }]);
    }),
  ).tokens(() => json(200, { access_token: "t", token_type: "bearer", expires_in: 3599, scope: `user.${ourUser}` }));
  const records = createMemoRecords(connected(zuora), invocation(), {
    mode: "credit-memos",
    timeZone: "Europe/Berlin",
  });
  if (records === undefined) throw new Error("this mode has memos");
  return { zuora, records };
};

const since = Date.parse("2026-03-01T00:00:00Z");

it("a memo has what it is worth, what is left, when it was posted by the tenant's clocks, and who applied it", async () => {
  const { records } = scene((collection) =>
    collection === "credit-memos"
      ? [memo({ creditMemoApplications: [application("P"), application("Q", { createdById: "somebody" })] })]
      : [],
  );
  const [found] = await records.memosSince(since);
  expect([found?.amount.toFixed(), found?.unapplied.toFixed(), found?.refunded.toFixed()]).toEqual([
    "200",
    "10.5",
    "0",
  ]);
  expect(found?.postedAt).toBe(Date.parse("2026-02-28T23:00:00Z"));
  expect(found?.applications).toMatchObject([
    { isOurs: true, invoice: { id: "I", number: "INV1" }, creditMemo: { id: "M", number: "CM1" } },
    { isOurs: false, createdBy: "somebody" },
  ]);
  expect(JSON.stringify(found)).not.toContain("@");
});

it("a memo that is used up, and that its application did not change, is found by the application", async () => {
  const { records } = scene((collection, filters) => {
    if (collection === "credit-memo-applications") return [application("P")];
    return filters.some((filter) => filter === "id.IN:[M]") ? [memo({ balance: 0 })] : [];
  });
  expect((await records.memosSince(since)).map(({ id }) => id)).toEqual(["M"]);
});

it("of a memo whose applications are cut at a page, all are read", async () => {
  const cut = Array.from({ length: 99 }, (_, index) => application(`P${index}`));
  const { records } = scene((collection, filters) => {
    if (collection === "credit-memos") return [memo({ creditMemoApplications: cut })];
    const ofAnother = application("other", { creditMemoId: "N" });
    return filters.some((filter) => filter === "accountid.EQ:A") ? [...cut, application("last"), ofAnother] : [];
  });
  const [found] = await records.memosOfAccount("A");
  expect(found?.applications.length).toBe(100);
  expect(found?.applications.at(-1)?.id).toBe("last");
});

it("a record that is not understood fails the reading as a whole", async () => {
  const { records } = scene((collection) => (collection === "credit-memos" ? [memo({ totalAmount: "much" })] : []));
  expect((await errorOf(records.memosSince(since))).message).toContain("totalAmount");
});

it("without knowing which user is ours, nothing is told", async () => {
  const { zuora, records } = scene((collection) => (collection === "credit-memos" ? [memo()] : []));
  zuora.tokens(() => json(200, { access_token: "t", token_type: "bearer", expires_in: 3599 }));
  expect((await errorOf(records.memosSince(since))).message).toContain("which user is ours");
});

it("a mode without memos has no such records", () => {
  const connection = connected(new ScriptedZuora());
  expect(createMemoRecords(connection, invocation(), { mode: "credit-balance", timeZone: "UTC" })).toBeUndefined();
});
