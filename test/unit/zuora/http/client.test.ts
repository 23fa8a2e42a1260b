import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../../functions/domain/errors.ts";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import { scannerPatience } from "../../../../functions/zuora/http/retry.ts";
import type { HttpResponse } from "../../../../functions/zuora/http/transport.ts";
import { CollectedTelemetry } from "../../fakes/collected-telemetry.ts";
import { html, json, lost, page, type Scripted, ScriptedZuora, unreachable } from "../../fakes/scripted-zuora.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { connected, errorOf, invocation, timeoutMs } from "../fixtures.ts";

const throttled = (retryAfter?: string) =>
  json(429, { message: "request exceeded limit" }, retryAfter === undefined ? {} : { "retry-after": retryAfter });
const unauthorized = json(401, { message: "Authentication error" });

const scene = (...script: readonly Scripted[]) => {
  const zuora = new ScriptedZuora(...script);
  const clock = new VirtualClock();
  const telemetry = new CollectedTelemetry();
  const connection = connected(zuora, { clock, telemetry });
  return { zuora, clock, telemetry, connection, client: createClient(connection, invocation()) };
};

const query = (client: ReturnType<typeof createClient>) => client.read("/v1/action/query", { queryString: "select" });

describe("every call", () => {
  it("carries the token, the run, the versions, the entity and the organisation", async () => {
    const zuora = new ScriptedZuora(page([]), json(200, []));
    const client = createClient(connected(zuora, { entityIds: "entity", orgIds: "org" }), invocation());
    await query(client);
    await client.write("/v1/action/create", {}, "key-1");
    for (const { headers } of zuora.calls) {
      expect(headers).toMatchObject({
        authorization: "Bearer token-1",
        "zuora-track-id": "zcs-0mb0abc123",
        "zuora-entity-ids": "entity",
        "zuora-org-ids": "org",
        "content-type": "application/json",
      });
      expect(headers["zuora-version"] ?? "").toMatch(/^20(24-(0[5-9]|1)|2[5-9])/);
      expect(Number(headers["x-zuora-wsdl-version"])).toBeGreaterThanOrEqual(147);
      expect(headers["zuora-track-id"]).toMatch(/^[^:;"']{1,64}$/);
    }
  });

  it("carries an Idempotency-Key only where it writes", async () => {
    const { zuora, client } = scene(json(200, { paymentRuns: [] }), page([]), json(200, []));
    await client.get("/v1/payment-runs");
    await query(client);
    await client.write("/v1/action/create", {}, "key-1");
    expect(zuora.calls.map(({ headers }) => headers["idempotency-key"])).toEqual([undefined, undefined, "key-1"]);
  });

  it("is counted, with its throttles, once each", async () => {
    const { telemetry, client } = scene(throttled(), page([]), json(200, []));
    await query(client);
    await client.write("/v1/action/create", {}, "key-1");
    expect(["ZuoraCalls", "ZuoraWrites", "ZuoraThrottles"].map((name) => telemetry.total(name))).toEqual([3, 1, 1]);
  });
});

it("knows Zuora's time from the token, where a gateway answers the first calls and tells none", async () => {
  const { zuora, clock, connection, client } = scene(html(404), html(404), html(404));
  const date = new Date(clock.now() - 600_000).toUTCString();
  zuora.tokens(() => json(200, { access_token: "token" }, { date }));
  await errorOf(query(client));
  expect(connection.zuoraClock.at(clock.now())).toBe(clock.now() - 600_000);
});

describe("a read", () => {
  it.each<[string, Scripted]>([
    ["its answer got lost", lost()],
    ["there was no connection", unreachable()],
    ["Zuora was throttled", throttled()],
    ["a page of HTML came", html(503)],
    ["the gateway gave up", html(504)],
    ["Zuora was wrong inside", json(500, { reasons: [{ code: "SystemError", message: "x" }] })],
    ["the user could not be got", json(401, { message: "Failed to get user info" })],
  ])("is sent again where %s", async (_name, trouble) => {
    const { zuora, client } = scene(trouble, page([]));
    await query(client);
    expect([zuora.calls.length, zuora.tokenCalls.length]).toEqual([2, 1]);
  });

  it("gives up after three, and says that Zuora is busy", async () => {
    const { zuora, client } = scene(lost(), throttled(), html(503));
    expect((await errorOf(query(client))).code).toBe("ZUORA_BUSY");
    expect(zuora.unasked).toBe(0);
  });

  it("leaves a long Retry-After to the queue, which is told how long", async () => {
    const { zuora, client, clock } = scene(throttled("30"));
    expect(await errorOf(query(client))).toMatchObject({ code: "ZUORA_BUSY", retryAfterMs: 30_000 });
    expect([zuora.calls.length, clock.slept]).toEqual([1, []]);
  });

  it("is not begun where the time left does not cover its answer, nor is a token asked for", async () => {
    const zuora = new ScriptedZuora();
    const client = createClient(
      connected(zuora),
      invocation(() => timeoutMs - 1),
    );
    expect((await errorOf(query(client))).code).toBe("ZUORA_BUSY");
    expect([zuora.calls.length, zuora.tokenCalls.length]).toEqual([0, 0]);
  });

  it("is not begun where the token took the time that it needed", async () => {
    const clock = new VirtualClock();
    const end = clock.now() + timeoutMs + 1_000;
    const zuora = new ScriptedZuora().tokens(() => {
      clock.pass(2_000);
      return json(200, { access_token: "late" });
    });
    const client = createClient(
      connected(zuora, { clock }),
      invocation(() => end - clock.now()),
    );
    expect((await errorOf(query(client))).code).toBe("ZUORA_BUSY");
    expect(zuora.calls).toEqual([]);
  });

  it("asks with another token where Zuora refuses the first, once", async () => {
    const { zuora, client } = scene(unauthorized, page([]));
    await query(client);
    expect(zuora.calls.map(({ headers }) => headers["authorization"])).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  it("is an access error where Zuora refuses the second token too", async () => {
    const { client } = scene(unauthorized, unauthorized);
    expect((await errorOf(query(client))).code).toBe("ZUORA_ACCESS");
  });

  it("goes on after one call lost two tokens in a row, and stays away after three such calls", async () => {
    const refusedTwice = [unauthorized, unauthorized];
    const { zuora, client } = scene(...refusedTwice, page([]), ...refusedTwice, ...refusedTwice, ...refusedTwice);
    await errorOf(query(client));
    expect(await query(client)).toMatchObject({ body: { done: true } });
    for (let call = 1; call <= 3; call += 1) await errorOf(query(client));
    const { code } = await errorOf(query(client));
    expect([code, zuora.calls.length]).toEqual(["ZUORA_ACCESS", 9]);
  });

  it("fails with the configuration error where the secret cannot be read", async () => {
    const read = async () => Promise.reject(new ConfigError("the secret cannot be read"));
    const client = createClient(connected(new ScriptedZuora(), { credentials: { read } }), invocation());
    expect((await errorOf(query(client))).code).toBe("BAD_CONFIG");
  });
});

/** What stands before Zuora says of an address that it does not know, for a moment or for good. */
const gateways: readonly [string, HttpResponse][] = [
  ["a page of HTML", html(404)],
  ["plain text", { status: 404, headers: {}, body: "default backend - 404" }],
  ["nothing at all", { status: 404, headers: {}, body: "" }],
  ["a message", json(404, { message: "no Route matched with those values" })],
  ["the status as its code", json(404, { error: { code: 404, message: "Not found", status: "NOT_FOUND" } })],
  ["a code that is none of Zuora's", json(404, { code: "NOT_FOUND", message: "no such service" })],
];

const notThere = json(404, { success: false, reasons: [{ code: 50000040, message: "does not exist" }] });

describe("a 404 that Zuora did not write", () => {
  it.each(gateways)("is asked again, where a read gets it: %s", async (_name, lostRoute) => {
    const { zuora, client } = scene(lostRoute, page([]), lostRoute, json(200, { paymentRuns: [] }));
    await query(client);
    await client.get("/v1/payment-runs");
    expect(zuora.unasked).toBe(0);
  });

  it.each(gateways)("is told after three, and keeps nobody else away: %s", async (_name, lostRoute) => {
    const { zuora, client, connection } = scene(lostRoute, lostRoute, lostRoute);
    expect((await errorOf(query(client))).code).toBe("ZUORA_CONTRACT");
    expect([zuora.unasked, connection.pace.pausedMs()]).toEqual([0, 0]);
  });

  it.each(gateways)("is told at once, where a write gets it: %s", async (_name, lostRoute) => {
    const { zuora, client } = scene(lostRoute, lostRoute);
    expect((await errorOf(client.write("/v1/action/create", {}, "key-1"))).code).toBe("ZUORA_CONTRACT");
    expect((await errorOf(client.put("/v1/credit-memos/m/apply", {}, async () => true))).code).toBe("ZUORA_CONTRACT");
    expect(zuora.unasked).toBe(0);
  });

  it("blames no credentials, where the token service gets it", async () => {
    const { zuora, client } = scene(page([]));
    zuora.tokens((attempt) => (attempt < 3 ? html(404) : json(200, { access_token: `token-${attempt}` })));
    await query(client);
    expect(zuora.calls.map(({ headers }) => headers["authorization"])).toEqual(["Bearer token-3"]);
  });
});

describe("a 404 in Zuora's own words", () => {
  it("is what it says, and not asked again", async () => {
    const { zuora, client } = scene(notThere);
    expect(await errorOf(client.get("/v1/payment-runs"))).toMatchObject({
      code: "ZUORA_CONTRACT",
      zuoraCode: "50000040",
    });
    expect(zuora.calls).toHaveLength(1);
  });

  it.each<[string, string, string]>([
    ["the next page by its cursor", "/object-query/credit-memos?pageSize=99", "&cursor=abc%3D"],
    ["the same once more", "/v1/revenue-schedules/RS-1", ""],
  ])("is asked again where the address has answered before: %s", async (_name, path, cursor) => {
    const { zuora, client } = scene(json(200, { data: [] }), notThere, json(200, { data: [] }));
    await client.get(path);
    await client.get(`${path}${cursor}`);
    expect(zuora.unasked).toBe(0);
  });

  it("is the end of a numbered list, where the pages before it were there", async () => {
    const { zuora, client } = scene(json(200, { paymentRuns: [] }), notThere);
    await client.get("/v1/payment-runs?pageSize=40&page=1");
    expect((await errorOf(client.get("/v1/payment-runs?pageSize=40&page=2"))).zuoraCode).toBe("50000040");
    expect(zuora.unasked).toBe(0);
  });

  it("is told after three all the same, with Zuora's code", async () => {
    const { client } = scene(page([]), notThere, notThere, notThere);
    await query(client);
    expect((await errorOf(query(client))).zuoraCode).toBe("50000040");
  });
});

describe("after three busy answers in a row", () => {
  it("nothing is sent for a minute: no call, and no token request either", async () => {
    const { zuora, client, connection, clock } = scene(html(503), html(503), html(503));
    await errorOf(query(client));
    connection.tokens.refuse("token-1");
    const error = await errorOf(query(client));
    expect([error.retryAfterMs, zuora.calls.length, zuora.tokenCalls.length]).toEqual([60_000, 3, 1]);
    clock.pass(60_000);
    zuora.answers(page([]));
    await query(client);
    expect(zuora.unasked).toBe(0);
  });

  it("lost answers count as well", async () => {
    const { client, connection } = scene(lost(), unreachable(), lost());
    await errorOf(query(client));
    expect(connection.pace.pausedMs()).toBe(60_000);
  });

  it("a good answer among them shows that it was no outage", async () => {
    const { client, connection } = scene(html(503), html(503), page([]), html(503), page([]));
    await query(client);
    await query(client);
    expect(connection.pace.pausedMs()).toBe(0);
  });

  it("refusals of our own are no busy answers: the pause ends when it should", async () => {
    const { client, connection, clock } = scene(html(503), html(503), html(503));
    await errorOf(query(client));
    clock.pass(59_000);
    for (let asked = 0; asked < 5; asked += 1) await errorOf(query(client));
    expect(connection.pace.pausedMs()).toBe(1_000);
  });

  it("a token service that is down counts as well, and is left alone for as long", async () => {
    const { zuora, client } = scene();
    zuora.tokens(() => html(503));
    await errorOf(query(client));
    await errorOf(query(client));
    expect(zuora.tokenCalls).toHaveLength(3);
  });

  it("the scanner sits the pause out, since nobody redelivers a scan", async () => {
    const zuora = new ScriptedZuora(html(503), html(503), html(503), page([]));
    const clock = new VirtualClock();
    const startedAt = clock.now();
    await query(createClient(connected(zuora, { clock, patience: scannerPatience }), invocation()));
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(60_000);
  });

  it("locks are not among them: they are one account's, and the next is another's", async () => {
    const lock = json(200, { FaultCode: "LOCK_COMPETITION", FaultMessage: "x" });
    const { client, connection } = scene(lock, lock, lock);
    expect((await errorOf(query(client))).zuoraCode).toBe("LOCK_COMPETITION");
    expect(connection.pace.pausedMs()).toBe(0);
  });
});
