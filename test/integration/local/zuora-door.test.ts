import { request } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { isWrite } from "../../local/is-write.ts";
import { type LoopbackServer, readBody, startLoopbackServer } from "../../local/loopback-server.ts";
import { startZuoraDoor, type ZuoraDoor } from "../../local/zuora-door.ts";

type Listener = Parameters<typeof startLoopbackServer>[0];
type Answer = { status: number | undefined; rawHeaders: string[]; body: string };

let zuora: LoopbackServer | undefined;
let door: ZuoraDoor | undefined;

afterEach(async () => {
  await door?.stop();
  await zuora?.stop();
});

const open = async (listener: Listener, { path = "", refuseWrites = false } = {}): Promise<ZuoraDoor> => {
  zuora = await startLoopbackServer(listener);
  door = await startZuoraDoor(new URL(zuora.url + path), refuseWrites);
  return door;
};

/** A request as bytes: fetch would decode the answer and hide what came. */
const call = (method: string, path: string, { headers = {}, body = "", signal = AbortSignal.timeout(10_000) } = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const outgoing = request(`${door?.baseUrl}${path}`, { method, headers, signal }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("error", reject);
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () =>
        resolve({
          status: incoming.statusCode,
          rawHeaders: incoming.rawHeaders,
          body: Buffer.concat(chunks).toString("latin1"),
        }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });

describe("the door to Zuora", () => {
  it("passes on method, path, query, headers and body as they are, under Zuora's own host name", async () => {
    const seen: unknown[] = [];
    await open(
      async (incoming, outgoing) => {
        const { method, url, headers } = incoming;
        seen.push({ method, url, host: headers.host, key: headers["idempotency-key"], body: await readBody(incoming) });
        outgoing.end();
      },
      { path: "/apps/" },
    );
    await call("POST", "/v1/action/create?rejectUnknownFields=true", {
      headers: { "Idempotency-Key": "k1" },
      body: '{"amount":123456789012345.12}',
    });
    expect(seen).toEqual([
      {
        method: "POST",
        url: "/apps/v1/action/create?rejectUnknownFields=true",
        host: new URL(zuora?.url ?? "").host,
        key: "k1",
        body: '{"amount":123456789012345.12}',
      },
    ]);
  });

  it("passes the answer back as it is, compressed or not", async () => {
    const bytes = gzipSync('{"size":0}');
    await open((_, outgoing) => {
      outgoing.writeHead(207, { "Content-Encoding": "gzip", "Zuora-Request-Id": "r1" }).end(bytes);
    });
    const answer = await call("GET", "/v1/x");
    expect(answer.status).toBe(207);
    expect(answer.rawHeaders.join(" ")).toContain("Content-Encoding gzip Zuora-Request-Id r1");
    expect(Buffer.from(answer.body, "latin1")).toEqual(bytes);
  });

  it("breaks the connection when Zuora does, before an answer and in the middle of one", async () => {
    await open((incoming, outgoing) => {
      if (incoming.url === "/before") incoming.socket.resetAndDestroy();
      else outgoing.write("half an ans", () => incoming.socket.resetAndDestroy());
    });
    await expect(call("GET", "/before")).rejects.toMatchObject({ code: "ECONNRESET" });
    await expect(call("GET", "/middle")).rejects.toThrow();
  });

  it("breaks the connection when nobody listens where Zuora should be", async () => {
    await open(() => undefined);
    await zuora?.stop();
    await expect(call("GET", "/v1/x")).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("is silent when Zuora is, and lets go of Zuora when the caller gives up", async () => {
    const events: string[] = [];
    await open((incoming) => {
      events.push("asked");
      incoming.socket.once("close", () => events.push("let go"));
    });
    const giveUp = new AbortController();
    const waiting = call("GET", "/v1/x", { signal: giveUp.signal });
    await vi.waitFor(() => expect(events).toEqual(["asked"]));
    giveUp.abort();
    await expect(waiting).rejects.toThrow();
    await vi.waitFor(() => expect(events).toEqual(["asked", "let go"]));
  });

  it("counts requests, writes and refusals for too many requests, in whichever way Zuora says it", async () => {
    const busy = '{"success":false,"errors":[{"code":"REQUEST_EXCEEDED_RATE"}]}';
    await open((incoming, outgoing) => {
      if (incoming.url === "/429") outgoing.writeHead(429).end(busy);
      else if (incoming.url === "/200") outgoing.end(busy);
      else if (incoming.url === "/gzip") outgoing.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync(busy));
      else outgoing.end("{}");
    });
    for (const path of ["/429", "/200", "/gzip", "/v1/accounts"]) await call("GET", path);
    await call("POST", "/v1/action/query");
    await call("POST", "/v1/action/create");
    expect(door?.traffic).toMatchObject({ requests: 6, writes: 1, throttled: 3 });
  });

  it("knows how many requests were under way at one time, and no more", async () => {
    const gate = Promise.withResolvers<void>();
    let arrived = 0;
    await open(async (_, outgoing) => {
      arrived++;
      if (arrived <= 3) await gate.promise;
      outgoing.end();
    });
    const three = [1, 2, 3].map(() => call("GET", "/v1/x"));
    await vi.waitFor(() => expect(arrived).toBe(3));
    gate.resolve();
    await Promise.all(three);
    for (let i = 0; i < 50; i++) await call("GET", "/v1/x");
    expect(door?.traffic.maxInFlight).toBe(3);
  });

  it("never shows two requests of a caller that makes one after the other", async () => {
    await open((_, outgoing) => void outgoing.end("x".repeat(100_000)));
    for (let i = 0; i < 100; i++) await call("POST", "/v1/action/query", { body: "{}" });
    expect(door?.traffic.maxInFlight).toBe(1);
  });

  it("in a dry run refuses whatever could change the tenant, and Zuora never hears of it", async () => {
    const seen: (string | undefined)[] = [];
    await open(
      (incoming, outgoing) => {
        seen.push(incoming.url);
        outgoing.end("{}");
      },
      { refuseWrites: true },
    );
    const refused = await call("POST", "/v1/action/create", { body: '{"objects":[]}' });
    expect(refused.status).toBe(403);
    expect(refused.body).toContain("dry run: POST /v1/action/create was not sent");
    await call("POST", "/oauth/token");
    expect(seen).toEqual(["/oauth/token"]);
    expect(door?.traffic).toMatchObject({ requests: 2, writes: 1, maxInFlight: 1 });
  });
});

describe("a request that could change the tenant", () => {
  it.each([
    ["POST", "/v1/action/create?rejectUnknownFields=true"],
    ["POST", "/v1/action/update"],
    ["POST", "/v1/action/delete"],
    ["POST", "/v1/object/credit-balance-adjustment"],
    ["PUT", "/v1/object/invoice/1"],
    ["DELETE", "/v1/object/invoice/1"],
    ["PATCH", "/v1/anything"],
    ["POST", "/v1/something-new"],
    ["POST", "/v1/action/create?/v1/action/query"],
  ])("is %s %s", (method, target) => expect(isWrite(method, target)).toBe(true));

  it.each([
    ["GET", "/v1/object/invoice/1"],
    ["POST", "/oauth/token"],
    ["POST", "/v1/action/query"],
    ["POST", "/apps/v1/action/queryMore"],
  ])("is not %s %s", (method, target) => expect(isWrite(method, target)).toBe(false));
});
