import { describe, expect, it } from "vitest";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { useSimulatedZuora } from "./simulated-zuora.ts";

wrongOnPurpose(/required property/);

const records = (): Store => {
  const store = new Store();
  for (let index = 0; index < 40; index += 1) addAccount(store, { invoices: [{ amount: "1.00" }] });
  return store;
};

const read = { body: { queryString: "select Id, AccountId from Invoice" } };

describe("concurrency", () => {
  const zuora = useSimulatedZuora(records, { limits: { concurrency: 2 }, latency: { baseMs: 80, perRowMs: 0 } });

  it("beyond the limit is answered 429, with a code of category 70 and Retry-After, and changes nothing", async () => {
    await zuora.send("GET", "/v1/payment-runs");
    const answers = await Promise.all([1, 2, 3, 4].map(() => zuora.send("POST", "/v1/action/query", read)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBe(2);
    expect(refused[0]?.body).toMatchObject({ success: false, reasons: [{ code: 50000070 }] });
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    const { throttled, maxInFlight } = zuora.server().limits;
    expect(throttled).toBe(2);
    expect(maxInFlight).toBeGreaterThan(2);
  });

  it("is told in headers, per type of limit", async () => {
    const limitOf = async (path: string) => {
      const { headers } = await zuora.send("GET", path);
      return ["type", "limit", "remaining"].map((name) => headers.get(`concurrency-limit-${name}`));
    };
    expect(await limitOf("/v1/payment-runs")).toEqual(["Default", "2", "1"]);
    expect(await limitOf("/object-query/accounts")).toEqual(["Object Query", "4", "3"]);
  });

  it("is free for token requests", async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => zuora.form({ grant_type: "client_credentials" })));
    expect(answers.map(({ status }) => status)).not.toContain(429);
  });
});

describe("the rate per minute", () => {
  const zuora = useSimulatedZuora(records, { limits: { concurrency: 40, requestsPerMinute: 3 } });

  it("beyond the limit is answered 429 in its own shape, and told in headers", async () => {
    const answers = [];
    for (let count = 0; count < 4; count += 1) answers.push(await zuora.send("GET", "/v1/payment-runs"));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get("ratelimit-remaining"))).toEqual(["2", "1", "0", "0"]);
    expect(answers[3]?.body.reasons[0]).toMatchObject({ code: 70, message: expect.stringContaining("Rate limit") });
    expect(answers[0]?.headers.get("ratelimit-limit")).toBe("3, 3;w=60");
    const retryAfter = Number(answers[3]?.headers.get("retry-after"));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
  });
});

describe("an answer", () => {
  const zuora = useSimulatedZuora(records, { latency: { baseMs: 20, perRowMs: 2 } });

  it("carries a request id of its own", async () => {
    const ids = [];
    for (let count = 0; count < 2; count += 1) {
      ids.push((await zuora.send("GET", "/v1/payment-runs")).headers.get("zuora-request-id"));
    }
    expect(ids[0]).toMatch(/^[\w-]{36}$/);
    expect(new Set(ids).size).toBe(2);
  });

  it("is compressed for those who accept it, from 1,000 bytes on", async () => {
    const encodingOf = async (queryString: string, accepted: string) => {
      const { headers } = await zuora.query(queryString, { "accept-encoding": accepted });
      return headers.get("content-encoding");
    };
    const [long, short] = ["select Id from Invoice", "select Id from Invoice where Id = 'none'"];
    expect(await encodingOf(long, "gzip")).toBe("gzip");
    expect(await encodingOf(long, "identity")).toBeNull();
    expect(await encodingOf(short, "gzip")).toBeNull();
  });

  it("takes longer the more rows it has", async () => {
    const msOf = async (queryString: string) => {
      const startedAt = performance.now();
      await zuora.query(queryString);
      return performance.now() - startedAt;
    };
    await msOf("select Id from Invoice where Id = 'none'");
    expect(await msOf("select Id from Invoice where Id = 'none'")).toBeGreaterThanOrEqual(15);
    expect(await msOf("select Id from Invoice")).toBeGreaterThanOrEqual(95);
  });

  it("and its request are counted: reads as requests, changes as writes too", async () => {
    await zuora.query("select Id from Invoice");
    await zuora.create([{}]);
    const { requests, writes } = zuora.server().limits;
    expect([requests, writes]).toEqual([3, 1]);
    expect(zuora.server().received.map(({ path }) => path)).toEqual([
      "/oauth/token",
      "/v1/action/query",
      "/v1/action/create",
    ]);
  });
});
