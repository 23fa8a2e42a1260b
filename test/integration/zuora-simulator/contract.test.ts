import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { systemClock } from "../../../functions/aws/clock.ts";
import { fromDecimal } from "../../../functions/domain/money.ts";
import { createAdjustments } from "../../../functions/zuora/adjustments/create-adjustments.ts";
import { createClient } from "../../../functions/zuora/http/client.ts";
import { connect } from "../../../functions/zuora/http/connect.ts";
import { createGotTransport } from "../../../functions/zuora/http/got-transport.ts";
import { scannerPatience } from "../../../functions/zuora/http/retry.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { Store } from "../../zuora-simulator/store.ts";
import { type Contract, operationOf, problemsOf, type Schema } from "./openapi-subset.ts";
import { type Answer, client, useSimulatedZuora } from "./simulated-zuora.ts";

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const contractFile = join(dirname(root), "shared", "zuora-contract.yaml");

const cbaCreate: Schema = { $ref: "#/components/schemas/CbaCreate" };

const records = (): Store => {
  const store = new Store();
  addAccount(store, { AccountNumber: "A1", invoices: [{ number: "NEG", amount: "-10.00" }, { amount: "4.00" }] });
  return store;
};

// The contract lies beside the repository and not in it: where it is absent there is nothing to check against.
describe.skipIf(!existsSync(contractFile))("what the simulator answers is what the contract says", () => {
  const contract: Contract = existsSync(contractFile) ? parse(readFileSync(contractFile, "utf8")) : { paths: {} };
  const zuora = useSimulatedZuora(records);

  const expectKept = (method: string, path: string, answer: Answer, sent?: unknown) => {
    const operation = operationOf(contract, method, path.split("?")[0] ?? "");
    const asked = operation.requestBody?.content?.["application/json"]?.schema;
    if (sent !== undefined && asked !== undefined) expect(problemsOf(contract, asked, sent), "request").toEqual([]);
    const said =
      operation.responses[String(answer.status)] ?? operation.responses[`${Math.trunc(answer.status / 100)}XX`];
    expect(said, `${method} ${path} documents HTTP ${answer.status}`).toBeDefined();
    const schema: Schema | undefined = said?.content?.["application/json"]?.schema;
    if (schema !== undefined) expect(problemsOf(contract, schema, answer.body), answer.text).toEqual([]);
  };

  const send = async (method: string, path: string, body?: unknown, headers = {}) => {
    const answer = await zuora.send(method, path, { ...(body === undefined ? {} : { body }), headers });
    expectKept(method, path, answer, body);
    return answer;
  };

  const adjustments = "/v1/object/credit-balance-adjustment";

  it("of adjustments: created, refused, read, not found and canceled", async () => {
    const body = { Type: "Increase", Amount: 10, SourceTransactionNumber: "NEG", Comment: "c", ReferenceId: "r" };
    const { status, body: created } = await send("POST", adjustments, body);
    expect(status).toBe(200);
    expect((await send("POST", adjustments, body)).status).toBe(400);
    expect((await send("POST", adjustments, body, { authorization: "Bearer none" })).status).toBe(401);
    expect((await send("GET", `${adjustments}/${created.Id}`)).status).toBe(200);
    expect((await send("GET", `${adjustments}/none`)).status).toBe(404);
    expect((await send("PUT", `${adjustments}/${created.Id}`, { Status: "Canceled" })).status).toBe(200);
  });

  it("of a key: 422 for another address", async () => {
    const body = { Type: "Increase", Amount: 1, SourceTransactionNumber: "NEG" };
    await zuora.create([body], { headers: { "idempotency-key": "k" } });
    expect((await send("POST", adjustments, body, { "idempotency-key": "k" })).status).toBe(422);
  });

  it.each(["invoices", "accounts", "billing-runs", "payment-runs", "credit-memos", "invoice-items"])(
    "of Object Query on %s: pages and refusals",
    async (resource) => {
      await send("GET", `/object-query/${resource}?pageSize=1`);
      expect((await send("GET", `/object-query/${resource}?pageSize=100`)).status).toBeGreaterThanOrEqual(400);
    },
  );

  it("and what the production code creates is what it allows", async () => {
    const sent: string[] = [];
    const transport = createGotTransport(zuora.server().url, 5_000);
    const connection = connect({
      transport: (request) => {
        if (request.path.startsWith("/v1/action/create")) sent.push(request.body ?? "");
        return transport(request);
      },
      credentials: { read: async () => client },
      clock: systemClock,
      random: Math.random,
      telemetry: { info: () => {}, warn: () => {}, count: () => {} },
      patience: scannerPatience,
      timeoutMs: 5_000,
      concurrency: 1,
      busyPauseMs: 1_000,
    });
    const { Id: id, InvoiceNumber: number } = zuora.server().tenant.store.invoices.rows[0] ?? {};
    if (id === undefined || number === undefined) throw new Error("the tenant has no invoice");
    const step = { kind: "TransferToCreditBalance", invoice: { id, number }, amount: fromDecimal("10") } as const;
    const zuoraClient = createClient(connection, { trackId: "run", remainingMs: () => 60_000 });
    const outcomes = await createAdjustments(zuoraClient, [{ step, runId: "zcs-1" }], {}, { key: "key" });
    expect(outcomes).toEqual([{ adjustmentId: expect.any(String) }]);
    const { objects } = JSON.parse(sent[0] ?? "{}");
    expect(problemsOf(contract, { type: "array", maxItems: 50, items: cbaCreate }, objects)).toEqual([]);
  });

  it("and the check itself sees what is wrong", () => {
    const { schema } = operationOf(contract, "POST", adjustments).requestBody?.content?.["application/json"] ?? {};
    if (schema === undefined) throw new Error("the contract describes no request");
    const wrong = { Type: "Up", Amount: "10", Comment: "x".repeat(256) };
    expect(problemsOf(contract, schema, wrong).length).toBe(3);
    expect(problemsOf(contract, schema, { Type: "Increase" })).toEqual(["Amount is missing"]);
  });
});
