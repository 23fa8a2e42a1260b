import { describe, expect, it } from "vitest";
import { wrongOnPurpose } from "../../zuora-contract/watch.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { client, useSimulatedZuora } from "./simulated-zuora.ts";

wrongOnPurpose(/./);

const zuora = useSimulatedZuora(() => new Store());

const right = { client_id: client.clientId, client_secret: client.clientSecret, grant_type: "client_credentials" };

const read = (headers = {}) => zuora.send("GET", "/v1/payment-runs", { headers });

describe("a token", () => {
  it("is given for the right credentials, with its lifetime in seconds", async () => {
    const { status, body } = await zuora.form(right);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "bearer", expires_in: 3599, access_token: expect.any(String) });
    expect((await read({ authorization: `Bearer ${body.access_token}` })).status).toBe(200);
  });

  it.each([
    ["an unknown client", { client_id: "other" }, 400, "Invalid client id"],
    ["a wrong secret", { client_secret: "other" }, 401, "Bad client credentials"],
    ["another grant", { grant_type: "password" }, 400, "invalid request"],
  ])("is refused to %s, without repeating what was sent", async (_who, change, status, message) => {
    const answer = await zuora.form({ ...right, ...change });
    expect([answer.status, answer.body.message]).toEqual([status, message]);
    expect(answer.text).not.toContain(client.clientSecret);
  });

  it("is refused to a body that is no form", async () => {
    expect((await zuora.send("POST", "/oauth/token", { body: right })).status).toBe(400);
  });

  it("that was revoked is refused with a challenge, and a new one is good", async () => {
    expect((await read()).status).toBe(200);
    zuora.server().tenant.authentication.revokeAll();
    const refused = await read();
    expect(refused).toMatchObject({ status: 401, body: { message: "Authentication error" } });
    expect(refused.headers.get("www-authenticate")).toContain("Bearer realm=Zuora API");
    const { access_token } = (await zuora.form(right)).body;
    expect((await read({ authorization: `Bearer ${access_token}` })).status).toBe(200);
  });

  it("that is revoked stops nothing that is being worked on, and lets in nothing new", () => {
    const { tenant } = zuora.server();
    const now = Date.now();
    const form = new URLSearchParams(right).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const { body } = tenant.handle({ method: "POST", path: "/oauth/token", headers, body: form }, now);
    const { access_token } = JSON.parse(body) as { access_token: string };
    const authorization = `Bearer ${access_token}`;
    const request = { method: "GET", path: "/v1/payment-runs", headers: { authorization }, body: "" } as const;
    const admitted = tenant.authentication.admit(request, now);
    tenant.authentication.revokeAll();
    expect(tenant.handle(admitted ?? request, now).status).toBe(200);
    expect(tenant.handle(request, now).status).toBe(401);
    expect(tenant.authentication.admit(request, now)).toBeUndefined();
  });

  it("ends when its lifetime is over", async () => {
    zuora.server().tenant.authentication.tokenLifetimeSeconds = 0;
    expect((await read()).status).toBe(401);
  });

  it("is refused to the old secret once the secret was changed", async () => {
    zuora.server().tenant.authentication.client = { ...client, clientSecret: "new secret" };
    expect((await zuora.form(right)).status).toBe(401);
    expect((await zuora.form({ ...right, client_secret: "new secret" })).status).toBe(200);
  });

  it("must be there", async () => {
    expect(await read({ authorization: undefined })).toMatchObject({
      status: 400,
      body: { message: "No bearer token" },
    });
  });
});
