import { describe, expect, it } from "vitest";
import type { Probe, ProbeAnswer } from "../../../../functions/zuora/doctor/probe.ts";
import { userOfItsOwn } from "../../../../functions/zuora/doctor/tenant.ts";

const answer = (records: readonly object[]): ProbeAnswer => ({ body: { records }, serverTime: undefined, limits: {} });

/** A tenant in which our user has made these records beside applications of memos. */
const tenant = (made: readonly string[]) => {
  const asked: string[] = [];
  const probe: Probe = {
    creditMemosPath: "credit-memos",
    query: async (zoql) => {
      asked.push(zoql);
      return answer(made.some((object) => zoql.includes(`from ${object} `)) ? [{ Id: "1" }] : []);
    },
    get: async () => answer([]),
    objects: async () => undefined,
  };
  return { probe, asked };
};

describe("an application of a memo tells only who made it, so the API user", () => {
  it("must be nobody else's: one that makes other records is refused", async () => {
    for (const object of ["Account", "Subscription", "Payment"]) {
      const { probe } = tenant([object]);
      expect(await userOfItsOwn({ probe, ourUser: async () => "0123abcd" })).toMatchObject({
        state: "fail",
        says: expect.stringContaining(object),
        todo: expect.stringContaining("of its own"),
      });
    }
  });

  it("is fine where it makes none", async () => {
    const { probe, asked } = tenant([]);
    expect(await userOfItsOwn({ probe, ourUser: async () => "0123abcd" })).toMatchObject({ state: "ok" });
    expect(asked[0]).toContain("where CreatedById = '0123abcd'");
  });

  it("cannot be judged where the token does not tell who it is", async () => {
    const { probe, asked } = tenant([]);
    expect(await userOfItsOwn({ probe, ourUser: async () => undefined })).toMatchObject({ state: "warn" });
    expect(asked).toEqual([]);
  });
});
