import { describe, expect, it } from "vitest";
import type { Candidates } from "../../../../functions/app/scan/ports.ts";
import type { Mode } from "../../../../functions/domain/credit/mode.ts";
import type { Policy } from "../../../../functions/domain/policy.ts";
import type { HttpRequest } from "../../../../functions/zuora/http/transport.ts";
import { createCandidates } from "../../../../functions/zuora/scan/candidates.ts";
import { createPostingCandidates } from "../../../../functions/zuora/scan/postings.ts";
import { json, page, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { connected, invocation } from "../fixtures.ts";

const memo = {
  id: "CM1",
  accountId: "a",
  totalAmount: 30,
  balance: 10.5,
  currency: "GBP",
  postedOn: "2026-03-01T10:00:00Z",
};

const scene = (mode: Mode, rules: Pick<Policy, "unappliedPayments"> = {}, found: Record<string, unknown> = memo) => {
  const zuora = new ScriptedZuora(
    ...Array(20).fill(({ path }: HttpRequest) =>
      path.startsWith("/object-query/") ? json(200, { data: [found] }) : page([{ Id: "i", AccountId: "a" }]),
    ),
  );
  const connection = connected(zuora);
  return { zuora, connection, candidates: createCandidates(connection, invocation(), mode, rules) };
};

const collect = async <T>(stream: AsyncIterable<T> | undefined): Promise<readonly T[]> => {
  const items: T[] = [];
  for await (const each of stream ?? []) items.push(each);
  return items;
};

const memosOf = ({ creditMemos }: Candidates) => {
  if (creditMemos === undefined) throw new Error("no credit memos are asked for");
  return creditMemos;
};

const filtersOf = ({ calls }: ScriptedZuora) =>
  calls.map(({ path }) => new URL(path, "http://zuora").searchParams.getAll("filter[]"));

describe("the scan asks for credit memos", () => {
  it("that are posted and have money left, without their children", async () => {
    const { zuora, candidates } = scene("credit-memos");
    const [found] = await collect(memosOf(candidates).unapplied(undefined));
    expect(found).toMatchObject({ id: "CM1", accountId: "a", currency: "GBP" });
    expect([found?.amount?.toFixed(), found?.unapplied?.toFixed()]).toEqual(["30", "10.5"]);
    expect(zuora.calls.map(({ path }) => path)).toEqual([
      "/object-query/credit-memos?pageSize=99&filter[]=status.EQ%3APosted&filter[]=balance.GT%3A0",
    ]);
  });

  it.each([
    ["no balance", { balance: undefined, unappliedAmount: undefined }, { accountId: "a" }],
    ["a balance that is none", { balance: "much", unappliedAmount: "much" }, { accountId: "a" }],
    ["no currency", { currency: undefined }, { accountId: "a" }],
    ["no account", { accountId: undefined, currency: undefined }, { accountId: "" }],
  ])("and names one with %s all the same, without any money", async (_, facts, names) => {
    const record = { ...memo, amount: 30, unappliedAmount: 10.5, ...facts };
    const { candidates } = scene("credit-memos", { unappliedPayments: "apply" }, record);
    const [found, payment] = await collect(memosOf(candidates).unapplied(undefined));
    const postedAt = Date.parse(memo.postedOn);
    expect(found).toEqual({ id: "CM1", ...names, postedAt, isExcluded: false, isStanding: true });
    expect(payment).toEqual({ id: "CM1", ...names, postedAt: undefined, isPayment: true });
  });

  it("that changed within a time, by the update of the memo", async () => {
    const { zuora, candidates } = scene("both");
    const [since, before] = ["2026-03-16T11:55:00Z", "2026-03-16T12:00:00Z"].map((text) => Date.parse(text));
    await collect(memosOf(candidates).unapplied(since, before));
    expect(filtersOf(zuora)[0]?.slice(2)).toEqual([
      "updateddate.GE:2026-03-16T11:55:00+00:00",
      "updateddate.LT:2026-03-16T12:00:00+00:00",
    ]);
  });

  it("of many accounts in as few queries as addresses allow, and of none in none", async () => {
    const { zuora, candidates } = scene("credit-memos");
    await collect(memosOf(candidates).unappliedOf([]));
    expect(zuora.calls).toEqual([]);
    await collect(memosOf(candidates).unappliedOf(Array.from({ length: 101 }, (_, index) => `account-${index}`)));
    expect(filtersOf(zuora).map((filters) => filters.at(-1)?.split(",").length)).toEqual([50, 50, 1]);
  });

  it("of the accounts that owe something", async () => {
    const { zuora, candidates } = scene("credit-memos");
    expect(await memosOf(candidates).owing(["a", "b"])).toEqual(new Set(["a"]));
    expect(String(zuora.calls[0]?.body)).toContain("Balance > 0");
  });

  it("of one bill run: those that changed since an hour before it was posted", async () => {
    const { zuora, connection } = scene("credit-memos");
    const postedAt = Date.parse("2026-03-16T12:00:00Z");
    const posting = { kind: "bill-run", id: "run", postedAt } as const;
    const memos = memosOf(createPostingCandidates(connection, invocation(), posting, "credit-memos"));
    await collect(memos.unapplied(undefined));
    expect([memos.isPart, filtersOf(zuora)[0]?.at(-1)]).toEqual([true, "updateddate.GE:2026-03-16T11:00:00+00:00"]);
  });
});

it.each<[Mode, boolean, boolean]>([
  ["credit-balance", true, false],
  ["both", true, true],
  ["credit-memos", false, true],
])("in mode %s accounts with credit balance are asked for: %s, and credit memos: %s", async (mode, balance, memos) => {
  const { zuora, candidates } = scene(mode);
  await collect(candidates.accountsWithCredit());
  expect([zuora.calls.length > 0, candidates.creditMemos !== undefined]).toEqual([balance, memos]);
});

describe("the scan asks for unapplied payments", () => {
  const collections = ({ calls }: ScriptedZuora) => calls.map(({ path }) => path.split("?")[0]);

  it("where the policy applies them: of everything, of what changed, and of accounts", async () => {
    const { zuora, candidates } = scene("both", { unappliedPayments: "apply" });
    const memos = memosOf(candidates);
    const found = [
      ...(await collect(memos.unapplied(undefined))),
      ...(await collect(memos.unapplied(Date.parse("2026-03-16T11:55:00Z")))),
      ...(await collect(memos.unappliedOf(["a"]))),
    ];
    expect(found.filter(({ isPayment }) => isPayment)).toHaveLength(3);
    const pair = ["/object-query/credit-memos", "/object-query/payments"];
    expect(collections(zuora)).toEqual([...pair, ...pair, ...pair]);
    expect(filtersOf(zuora).filter((_, index) => index % 2 === 1)).toEqual([
      ["status.EQ:Processed", "unappliedamount.GT:0"],
      ["status.EQ:Processed", "unappliedamount.GT:0", "updateddate.GE:2026-03-16T11:55:00+00:00"],
      ["status.EQ:Processed", "unappliedamount.GT:0", "accountid.IN:[a]"],
    ]);
  });

  it.each([[{}], [{ unappliedPayments: "leave" as const }]])("and makes not one call more under %j", async (rules) => {
    const { zuora, candidates } = scene("credit-memos", rules);
    await collect(memosOf(candidates).unapplied(undefined));
    await collect(memosOf(candidates).unappliedOf(["a"]));
    expect(collections(zuora)).toEqual(["/object-query/credit-memos", "/object-query/credit-memos"]);
  });
});
