import { describe, expect, it } from "vitest";
import type { Credentials, CredentialsSource } from "../../../../functions/app/ports.ts";
import { ConfigError } from "../../../../functions/domain/errors.ts";
import { createTokens } from "../../../../functions/zuora/http/token.ts";
import { html, json, lost, ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { errorOf } from "../fixtures.ts";

/** A secret that a person may rotate, read through a cache as the real one is. */
class Secret implements CredentialsSource {
  freshReads = 0;
  #current: Credentials = { clientId: "canary-id", clientSecret: "canary-secret" };
  #cached = this.#current;

  read = async ({ fresh }: { readonly fresh: boolean }): Promise<Credentials> => {
    if (fresh) {
      this.freshReads += 1;
      this.#cached = this.#current;
    }
    return this.#cached;
  };

  rotate(clientSecret: string): void {
    this.#current = { clientId: "canary-id", clientSecret };
  }
}

const scene = () => {
  const zuora = new ScriptedZuora();
  const clock = new VirtualClock();
  const secret = new Secret();
  const deps = { transport: zuora.transport, credentials: secret, clock, headers: { "zuora-entity-ids": "entity" } };
  return { zuora, clock, secret, tokens: createTokens(deps) };
};

const token = (expires: object, name = "token") => json(200, { access_token: name, token_type: "bearer", ...expires });
const refused = json(401, { error: "Unauthorized", status: 401, message: "Invalid client id canary-id" });

describe("a token", () => {
  it("is asked for once by all who want it at the same time", async () => {
    const { tokens, zuora } = scene();
    expect(await Promise.all([tokens.current(), tokens.current(), tokens.current()])).toEqual(Array(3).fill("token-1"));
    expect(zuora.tokenCalls).toHaveLength(1);
  });

  it("is asked for with a form, the entity and no authorization", async () => {
    const { tokens, zuora } = scene();
    await tokens.current();
    expect(zuora.tokenCalls[0]).toEqual({
      method: "POST",
      path: "/oauth/token",
      headers: { "zuora-entity-ids": "entity", "content-type": "application/x-www-form-urlencoded" },
      body: "client_id=canary-id&client_secret=canary-secret&grant_type=client_credentials",
    });
  });

  it.each<[string, object, number]>([
    ["an hour is kept until five minutes before its end", { expires_in: 3600 }, 3_300_000],
    ["an hour told as text is kept as long", { expires_in: "3600" }, 3_300_000],
    ["an hour told as a float is kept as long", { expires_in: 3600.5 }, 3_300_500],
    ["two seconds is kept for one and a half", { expires_in: 2 }, 1_500],
    ["a lifetime that is not told is kept for a few minutes", {}, 450_000],
    ["a lifetime of null is kept for a few minutes", { expires_in: null }, 450_000],
    ["a lifetime of words is kept for a few minutes", { expires_in: "an hour" }, 450_000],
    ["a lifetime below zero is kept for a few minutes", { expires_in: -1 }, 450_000],
  ])("that lives for %s", async (_name, expires, keptMs) => {
    const { tokens, zuora, clock } = scene();
    zuora.tokens((attempt) => token(expires, `token-${attempt}`));
    await tokens.current();
    clock.pass(keptMs - 1);
    const before = await tokens.current();
    clock.pass(1);
    expect([before, await tokens.current()]).toEqual(["token-1", "token-2"]);
  });

  it("that was refused is replaced, with the secret as it is now", async () => {
    const { tokens, secret } = scene();
    tokens.refuse(await tokens.current());
    expect([await tokens.current(), secret.freshReads]).toEqual(["token-2", 1]);
  });

  it("that was refused after another call had replaced it stays refused, and the new one stays", async () => {
    const { tokens, zuora } = scene();
    const old = await tokens.current();
    tokens.refuse(old);
    await tokens.current();
    tokens.refuse(old);
    expect([await tokens.current(), zuora.tokenCalls.length]).toEqual(["token-2", 2]);
  });
});

describe("an OAuth client that Zuora refuses", () => {
  it("is asked for once more with the secret read again, which a rotation has changed", async () => {
    const { tokens, zuora, secret } = scene();
    secret.rotate("new-secret");
    zuora.tokens((attempt) => (attempt === 1 ? refused : token({}, "token-of-new-secret")));
    expect(await tokens.current()).toBe("token-of-new-secret");
    expect([secret.freshReads, zuora.tokenCalls[1]?.body]).toEqual([1, expect.stringContaining("new-secret")]);
  });

  it("is an access error after that, without another attempt", async () => {
    const { tokens, zuora, secret } = scene();
    zuora.tokens(() => refused);
    expect((await errorOf(tokens.current())).code).toBe("ZUORA_ACCESS");
    expect([zuora.tokenCalls.length, secret.freshReads]).toEqual([2, 1]);
  });

  it("is asked for again by the next call, since a person may have mended it", async () => {
    const { tokens, zuora } = scene();
    zuora.tokens((attempt) => (attempt <= 2 ? refused : token({}, "mended")));
    await errorOf(tokens.current());
    expect(await tokens.current()).toBe("mended");
  });

  it.each([
    ["as Spring says it", refused],
    [
      "with an unknown client id",
      json(400, { path: "/oauth/token", status: 400, message: "Invalid client id canary-id" }),
    ],
    ["with a forbidden page", json(403, { path: "/oauth/token", status: 403 })],
    ["on HTTP 200", json(200, { error: "invalid_client", error_description: "canary-secret is wrong" })],
    ["with an answer without a token", json(200, { token_type: "canary-secret" })],
    ["with no JSON", html(200)],
  ])("is told %s without the secret, the client id or Zuora's words", async (_name, answer) => {
    const { tokens, zuora } = scene();
    zuora.tokens(() => answer);
    const { code, message } = await errorOf(tokens.current());
    expect([code, message.includes("canary"), message.startsWith("authentication: ")]).toEqual([
      "ZUORA_ACCESS",
      false,
      true,
    ]);
  });
});

it.each([
  ["no answer", lost()],
  ["a throttle", json(429, { message: "request exceeded limit" })],
  ["a page of HTML", html(503)],
  ["a gateway's 404", html(404)],
])("takes %s of the token service for a passing thing, and does not blame the secret", async (_name, answer) => {
  const { tokens, zuora, secret } = scene();
  zuora.tokens((attempt) => (attempt === 1 ? answer : token({}, "later")));
  expect((await errorOf(tokens.current())).code).toBe("ZUORA_BUSY");
  expect([secret.freshReads, await tokens.current()]).toEqual([0, "later"]);
});

it.each([
  ["seconds", { "retry-after": "30" }],
  ["an instant", { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT", date: "Wed, 21 Oct 2026 07:27:30 GMT" }],
])("honours a Retry-After of the token service in %s", async (_name, headers) => {
  const { tokens, zuora } = scene();
  zuora.tokens(() => json(429, { message: "request exceeded limit" }, headers));
  expect((await errorOf(tokens.current())).retryAfterMs).toBe(30_000);
});

it("passes on that the secret cannot be read", async () => {
  const { zuora, clock } = scene();
  const credentials = { read: async () => Promise.reject(new ConfigError("the secret cannot be read")) };
  const tokens = createTokens({ transport: zuora.transport, credentials, clock, headers: {} });
  expect((await errorOf(tokens.current())).code).toBe("BAD_CONFIG");
});

it.each([
  ["user.2c92-c0f8 entity.1 tenant.19", "2c92c0f8"],
  ["entity.1 user.2c92c0f8", "2c92c0f8"],
  ["entity.1 superuser.9", undefined],
  [undefined, undefined],
])("tells of the scope %j whose tokens they are: %s", async (scope, user) => {
  const { tokens, zuora } = scene();
  zuora.tokens(() => token({ scope }, "t"));
  expect(await tokens.userId()).toBe(user);
});
