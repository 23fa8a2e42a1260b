import { describe, expect, it } from "vitest";
import { createCandidates } from "../../../../functions/zuora/scan/candidates.ts";
import { json, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { TabledZuora, type Tables } from "../../fakes/tabled-zuora.ts";
import { connected, errorOf, invocation } from "../fixtures.ts";

const scene = (tables: Tables) => {
  const zuora = new TabledZuora(tables);
  return { zuora, candidates: createCandidates(connected(zuora), invocation(), undefined, { parts: 4 }) };
};

const collect = async <T>(stream: AsyncIterable<T>): Promise<readonly T[]> => {
  const items: T[] = [];
  for await (const each of stream) items.push(each);
  return items;
};

const since = Date.parse("2026-03-16T11:55:00Z");

describe("the scan asks for", () => {
  it("posted negative invoices, with exact amounts", async () => {
    const { zuora, candidates } = scene({ Invoice: [{ Id: "i", AccountId: "a", Balance: -10.125, Currency: "KWD" }] });
    const [found] = await collect(candidates.negativeInvoices(undefined));
    expect([found?.id, found?.accountId, found?.balance?.toFixed(), found?.currency]).toEqual([
      "i",
      "a",
      "-10.125",
      "KWD",
    ]);
    expect(zuora.queriesOn("Invoice")).toEqual([
      "select Id, AccountId, Balance, Currency, PostedDate, InvoiceNumber from Invoice where Status = 'Posted' and Balance < 0",
    ]);
  });

  it("accounts with credit of any age: nothing documents that an adjustment moves an account's UpdatedDate", async () => {
    const { zuora, candidates } = scene({ Account: [{ Id: "a" }] });
    expect(await collect(candidates.accountsWithCredit())).toEqual(["a"]);
    expect(zuora.queriesOn("Account")).toEqual(["select Id, AccountNumber from Account where CreditBalance > 0"]);
  });

  it("credit of a tenant that knows none, and then says that the mode is wrong", async () => {
    const unknown = { FaultCode: "INVALID_FIELD", FaultMessage: "invalid field for query: Account.creditbalance" };
    const zuora = new ScriptedZuora(json(400, unknown));
    const candidates = createCandidates(connected(zuora), invocation(), "both");
    const error = await errorOf(collect(candidates.accountsWithCredit()));
    expect(error).toMatchObject({
      code: "BAD_CONFIG",
      message: expect.stringContaining("the mode is both, and Zuora"),
    });
  });

  it("the accounts of posted open invoices", async () => {
    const { candidates } = scene({
      Invoice: [
        { Id: "i", AccountId: "a" },
        { Id: "j", AccountId: "a" },
      ],
    });
    expect(await collect(candidates.accountsOfOpenInvoices(undefined))).toEqual(["a", "a"]);
  });

  it("invoices updated since an instant only, with its offset", async () => {
    const { zuora, candidates } = scene({});
    await collect(candidates.negativeInvoices(since));
    await collect(candidates.accountsOfOpenInvoices(since));
    for (const query of zuora.queriesOn("Invoice"))
      expect(query).toMatch(/ and UpdatedDate >= 2026-03-16T11:55:00\+00:00$/);
  });
});

it("updated before an instant only, where an approval releases what was shown", async () => {
  const { zuora, candidates } = scene({});
  await collect(candidates.negativeInvoices(undefined, since));
  await collect(candidates.accountsOfOpenInvoices(since, since));
  const [negative, open] = zuora.queriesOn("Invoice");
  expect(negative).toMatch(/ Balance < 0 and UpdatedDate < 2026-03-16T11:55:00\+00:00$/);
  expect(open).toMatch(/ and UpdatedDate >= 2026-03-16T11:55:00\+00:00 and UpdatedDate < 2026-03-16T11:55:00\+00:00$/);
});

it.each([
  ["2026-03-16T12:00:00.000+01:00", Date.parse("2026-03-16T11:00:00Z")],
  ["2026-03-16", undefined],
  [undefined, undefined],
])("tells when an invoice was posted, at %s, or that Zuora does not tell", async (PostedDate, postedAt) => {
  const { candidates } = scene({ Invoice: [{ Id: "i", AccountId: "a", Balance: -1, PostedDate }] });
  expect(await collect(candidates.negativeInvoices(undefined))).toMatchObject([{ postedAt }]);
});

it.each([
  ["without a balance", { Balance: undefined }],
  ["with a balance that is none", { Balance: "canary" }],
])("still finds the account of an invoice %s", async (_name, facts) => {
  const { candidates } = scene({ Invoice: [{ Id: "i", AccountId: "a", Currency: "GBP", ...facts }] });
  expect(await collect(candidates.negativeInvoices(undefined))).toEqual([{ id: "i", accountId: "a" }]);
});

it("tells a record without its ids as it is: one record's fault stops no scan", async () => {
  const { candidates } = scene({ Invoice: [{ Id: "i", Balance: -1 }] });
  expect(await collect(candidates.negativeInvoices(undefined))).toMatchObject([{ id: "i", accountId: "" }]);
});
