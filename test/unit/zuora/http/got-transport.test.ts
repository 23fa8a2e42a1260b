import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { createGotTransport } from "../../../../functions/zuora/http/got-transport.ts";
import { NoAnswerError } from "../../../../functions/zuora/http/transport.ts";

const closers: (() => Promise<void>)[] = [];
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A server on a free port of this machine; gives the address that it can be reached at. */
const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const post = { method: "POST", path: "/v1/action/create", headers: { "idempotency-key": "key" }, body: "{}" } as const;

const noAnswer = async (baseUrl: string, timeoutMs = 5_000): Promise<NoAnswerError> => {
  const outcome = await createGotTransport(baseUrl, timeoutMs)(post).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(NoAnswerError);
  return outcome as NoAnswerError;
};

it("sends method, path, headers and body as they are, and asks for compression", async () => {
  const seen: unknown[] = [];
  const baseUrl = await serve((request, response) => {
    request.setEncoding("utf8").on("data", (body) => seen.push(request.method, request.url, request.headers, body));
    request.on("end", () => response.end("[]"));
  });
  await createGotTransport(`${baseUrl}/base/`, 5_000)(post);
  expect(seen).toEqual(["POST", "/base/v1/action/create", expect.objectContaining({ "idempotency-key": "key" }), "{}"]);
  expect(seen[2]).toMatchObject({ "accept-encoding": expect.stringContaining("gzip") });
});

it("hands an answer over as it came: any status, header names in lower case, the text untouched", async () => {
  const baseUrl = await serve((_request, response) => {
    response.writeHead(429, { "Retry-After": "120", "Zuora-Request-Id": "r-1" }).end('{"Balance":123456789012345.120}');
  });
  expect(await createGotTransport(baseUrl, 5_000)(post)).toMatchObject({
    status: 429,
    headers: { "retry-after": "120", "zuora-request-id": "r-1" },
    body: '{"Balance":123456789012345.120}',
  });
});

it("reads a compressed answer", async () => {
  const baseUrl = await serve((_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync('[{"Success":true}]'));
  });
  expect((await createGotTransport(baseUrl, 5_000)(post)).body).toBe('[{"Success":true}]');
});

it.each([302, 500, 503])("neither repeats nor follows HTTP %i: what to do is decided elsewhere", async (status) => {
  let asked = 0;
  const baseUrl = await serve((_request, response) => {
    asked += 1;
    response.writeHead(status, { location: "/elsewhere", "retry-after": "0" }).end();
  });
  expect((await createGotTransport(baseUrl, 5_000)(post)).status).toBe(status);
  expect(asked).toBe(1);
});

describe("no answer may mean that Zuora did what was asked, where", () => {
  it("it never answers within the time limit", async () => {
    const baseUrl = await serve(() => undefined);
    expect((await noAnswer(baseUrl, 50)).sent).toBe(true);
  });

  it("the connection breaks before the answer", async () => {
    const baseUrl = await serve((request) => request.socket.destroy());
    expect((await noAnswer(baseUrl)).sent).toBe(true);
  });

  it("the connection breaks in the middle of the answer", async () => {
    const baseUrl = await serve((request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("[", () => request.socket.destroy());
    });
    expect((await noAnswer(baseUrl)).sent).toBe(true);
  });

  it("the answer is cut off although it never said how long it is", async () => {
    const baseUrl = await serve((request, response) => {
      response.writeHead(200);
      response.write("[", () => request.socket.destroy());
    });
    expect((await noAnswer(baseUrl)).sent).toBe(true);
  });

  it("what came cannot be decompressed", async () => {
    const baseUrl = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end("no gzip");
    });
    expect((await noAnswer(baseUrl)).sent).toBe(true);
  });
});

it("Zuora certainly never saw the request where nobody listens", async () => {
  const baseUrl = await serve(() => undefined);
  await Promise.all(closers.splice(0).map((close) => close()));
  expect((await noAnswer(baseUrl)).sent).toBe(false);
});

it("tells neither headers nor body when no answer came", async () => {
  const baseUrl = await serve((request) => request.socket.destroy());
  const send = createGotTransport(baseUrl, 5_000);
  const secret = { ...post, headers: { authorization: "Bearer canary" }, body: "client_secret=canary" };
  const error = (await send(secret).catch((reason: unknown) => reason)) as NoAnswerError;
  expect([error.message, JSON.stringify(error.cause)].join(" ")).not.toContain("canary");
});

describe("through a proxy", () => {
  /** A proxy that answers for plain http and lets nobody through to https; tells what it was asked for. */
  const proxy = async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end("[]");
    });
    servers.at(-1)?.on("connect", (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    return { url, asked };
  };

  it("goes everything, https through a tunnel", async () => {
    const { url, asked } = await proxy();
    await createGotTransport("http://rest.example.invalid", 5_000, url)(post);
    await createGotTransport("https://rest.example.invalid", 5_000, url)(post).catch(() => {});
    expect(asked).toEqual(["POST http://rest.example.invalid/v1/action/create", "CONNECT rest.example.invalid:443"]);
  });

  it("that refuses the tunnel nothing was sent, so that a write may be sent again", async () => {
    const { url } = await proxy();
    const outcome = await createGotTransport("https://rest.example.invalid", 5_000, url)(post).catch((error) => error);
    expect(outcome).toMatchObject({ name: "NoAnswerError", sent: false });
  });
});
