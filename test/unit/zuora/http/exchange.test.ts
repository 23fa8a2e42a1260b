import { describe, expect, it } from "vitest";
import { type MayLeave, WithheldError } from "../../../../functions/app/settle/ports.ts";
import { ZuoraBusyError } from "../../../../functions/domain/errors.ts";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import type { Transport } from "../../../../functions/zuora/http/transport.ts";
import { html, json, lost, type Scripted, ScriptedZuora, unreachable } from "../../fakes/scripted-zuora.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { connected, errorOf, invocation, timeoutMs } from "../fixtures.ts";

const rows = json(200, [{ Success: true, Id: "adjustment" }]);
const inProgress = json(409, { message: "A request with the same Idempotency-Key is in progress" });
const lock = json(409, { success: false, reasons: [{ code: 50000050, message: "lock" }] });
const unauthorized = json(401, { message: "Authentication error" });

const scene = (script: readonly Scripted[], { leftMs = 900_000 }: { readonly leftMs?: number } = {}) => {
  const zuora = new ScriptedZuora(...script);
  const clock = new VirtualClock();
  const endsAt = clock.now() + leftMs;
  const connection = connected(zuora, { clock });
  const client = createClient(
    connection,
    invocation(() => endsAt - clock.now()),
  );
  const write = (mayLeave?: MayLeave) =>
    client.write("/v1/action/create", { type: "CreditBalanceAdjustment" }, "key", mayLeave);
  const path = "/v1/revenue-schedules/RS-1/distribute-revenue-on-specific-date";
  const put = (mayLeave: MayLeave = async () => true) => client.put(path, { percentage: "100" }, mayLeave);
  const keys = () => zuora.calls.map(({ headers }) => headers["idempotency-key"]);
  return { zuora, clock, connection, write, put, keys };
};

describe("a write whose answer got lost", () => {
  it("is sent once more, the same under the same key: Zuora answers what it answered the first time", async () => {
    const { write, keys, zuora } = scene([lost(), rows]);
    expect((await write()).body).toEqual([{ Success: true, Id: "adjustment" }]);
    expect(keys()).toEqual(["key", "key"]);
    expect(zuora.calls[0]?.body).toBe(zuora.calls[1]?.body);
  });

  it.each<[string, Scripted]>([
    ["is lost too", lost()],
    ["cannot even be sent", unreachable()],
    [
      "is a failure, which may be of the second request alone",
      json(200, { Success: false, Errors: [{ Code: "INVALID_VALUE" }] }),
    ],
    ["is a throttle", json(429, { message: "request exceeded limit" })],
    ["is a refused token", unauthorized],
    ["is a page of HTML", html(503)],
  ])("has an unknown outcome where the second answer %s", async (_name, second) => {
    const { write, keys } = scene([lost(), second]);
    expect((await errorOf(write())).code).toBe("WRITE_OUTCOME_UNKNOWN");
    expect(keys()).toEqual(["key", "key"]);
  });

  it("has an unknown outcome where no time is left to ask again", async () => {
    const losesTime = () => {
      clock.pass(1);
      return lost();
    };
    const { write, zuora, clock } = scene([losesTime], { leftMs: timeoutMs });
    expect((await errorOf(write())).code).toBe("WRITE_OUTCOME_UNKNOWN");
    expect(zuora.calls).toHaveLength(1);
  });
});

describe("whether a write may leave is asked", () => {
  /** Says yes so often, and notes when it was asked and what for. */
  const allowing = (times: number) => {
    const asked: number[] = [];
    const mayLeave: MayLeave = async (sends) => {
      asked.push(sends);
      return asked.length <= times;
    };
    return { asked, mayLeave };
  };

  it("before it does, and nothing leaves where it may not", async () => {
    const { write, zuora } = scene([]);
    const { mayLeave, asked } = allowing(0);
    await expect(write(mayLeave)).rejects.toThrow(WithheldError);
    expect([asked, zuora.calls]).toEqual([[2], []]);
  });

  it("before a lost one is sent once more: what was stopped meanwhile is not, and its outcome stays unknown", async () => {
    const { write, zuora } = scene([lost()]);
    const { mayLeave, asked } = allowing(1);
    expect((await errorOf(write(mayLeave))).code).toBe("WRITE_OUTCOME_UNKNOWN");
    expect([asked, zuora.calls.length]).toEqual([[2, 1], 1]);
  });

  it("before it is sent with another token, for as many sendings as at first", async () => {
    const { write, zuora } = scene([unauthorized]);
    const { mayLeave, asked } = allowing(1);
    await expect(write(mayLeave)).rejects.toThrow(WithheldError);
    expect([asked, zuora.calls.length, zuora.tokenCalls.length]).toEqual([[2, 2], 1, 2]);
  });

  it("before each look whether the first one is still in progress", async () => {
    const { write, zuora } = scene([inProgress]);
    const { mayLeave, asked } = allowing(1);
    expect((await errorOf(write(mayLeave))).code).toBe("WRITE_OUTCOME_UNKNOWN");
    expect([asked, zuora.calls.length]).toEqual([[2, 1], 1]);
  });

  it("when its turn has come, and not while other calls are before it", async () => {
    const zuora = new ScriptedZuora(rows, rows);
    let isOn = true;
    const transport: Transport = async (request) => {
      const answer = await zuora.transport(request);
      if (zuora.calls.length > 0) isOn = false;
      return answer;
    };
    const client = createClient(connected(zuora, { concurrency: 1, transport }), invocation());
    const writes = ["a", "b"].map((key) => client.write("/v1/action/create", {}, key, async () => isOn));
    expect((await Promise.allSettled(writes)).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(zuora.calls).toHaveLength(1);
  });
});

describe("a write that takes no key", () => {
  it("is sent with none, as JSON, by PUT", async () => {
    const { put, zuora, keys } = scene([json(200, { success: true })]);
    expect((await put()).body).toEqual({ success: true });
    expect(keys()).toEqual([undefined]);
    expect(zuora.calls[0]).toMatchObject({ method: "PUT", headers: { "content-type": "application/json" } });
  });

  it.each<[string, Scripted, string]>([
    ["its answer is lost", lost(), "WRITE_OUTCOME_UNKNOWN"],
    ["Zuora does not know what went wrong", html(504), "WRITE_OUTCOME_UNKNOWN"],
    ["Zuora never saw it", unreachable(), "ZUORA_BUSY"],
    ["the account is locked", lock, "ZUORA_BUSY"],
    ["a rule refuses it", json(400, { success: false, reasons: [{ code: 58730030 }] }), "ZUORA_REJECTED"],
  ])("is never sent again where %s", async (_name, answer, code) => {
    const { put, zuora } = scene([answer]);
    expect((await errorOf(put())).code).toBe(code);
    expect(zuora.calls).toHaveLength(1);
  });

  it("stays where it may not leave", async () => {
    const { put, zuora } = scene([]);
    await expect(put(async () => false)).rejects.toThrow(WithheldError);
    expect(zuora.calls).toEqual([]);
  });
});

describe("a write that was answered", () => {
  it.each<[string, Scripted, string]>([
    ["a throttle", json(429, { message: "request exceeded limit" }), "ZUORA_BUSY"],
    ["a lock", lock, "ZUORA_BUSY"],
    ["a gateway timeout", html(504), "WRITE_OUTCOME_UNKNOWN"],
    ["a page of HTML", html(503), "WRITE_OUTCOME_UNKNOWN"],
    ["an internal error", json(500, { reasons: [{ code: "SystemError", message: "x" }] }), "WRITE_OUTCOME_UNKNOWN"],
    ["a refusal", json(400, { Success: false, Errors: [{ Code: "INVALID_VALUE" }] }), "ZUORA_REJECTED"],
  ])("with %s is never sent again: a failure is stored under its key for a day", async (_name, answer, code) => {
    const { write, zuora } = scene([answer]);
    expect((await errorOf(write())).code).toBe(code);
    expect(zuora.calls).toHaveLength(1);
  });

  it("with a refused token is sent with another token under another key", async () => {
    const { write, keys } = scene([unauthorized, rows]);
    await write();
    expect(keys()).toEqual(["key", "key-2"]);
  });

  it("with two refused tokens is an access error", async () => {
    const { write, zuora } = scene([unauthorized, unauthorized]);
    expect((await errorOf(write())).code).toBe("ZUORA_ACCESS");
    expect(zuora.calls).toHaveLength(2);
  });
});

describe("a write that Zuora is still working on", () => {
  it("is asked after under the same key until it is done, ever more slowly", async () => {
    const { write, keys, clock } = scene([inProgress, inProgress, inProgress, rows]);
    await write();
    expect([keys(), clock.slept]).toEqual([Array(4).fill("key"), [500, 1_000, 2_000]]);
  });

  it("is asked after when Zuora says", async () => {
    const { write, clock } = scene([{ ...inProgress, headers: { "retry-after": "7" } }, rows]);
    await write();
    expect(clock.slept).toEqual([7_000]);
  });

  it("is told apart from a lock, which is the same status", async () => {
    const { write, clock } = scene([lock]);
    expect((await errorOf(write())).zuoraCode).toBe("LOCK_COMPETITION");
    expect(clock.slept).toEqual([]);
  });

  it.each<[string, readonly Scripted[]]>([
    ["it stays so", Array(6).fill(inProgress)],
    ["no answer comes to a later question", [inProgress, lost()]],
  ])("has an unknown outcome where %s", async (_name, script) => {
    const { write, zuora } = scene(script);
    expect((await errorOf(write())).code).toBe("WRITE_OUTCOME_UNKNOWN");
    expect(zuora.unasked).toBe(0);
  });

  it("has an unknown outcome where no time is left to wait for it", async () => {
    const { write, zuora } = scene([inProgress], { leftMs: timeoutMs + 499 });
    expect((await errorOf(write())).code).toBe("WRITE_OUTCOME_UNKNOWN");
    expect(zuora.calls).toHaveLength(1);
  });

  it("and then refused for good is refused", async () => {
    const { write } = scene([inProgress, json(200, { Success: false, Errors: [{ Code: "INVALID_VALUE" }] })]);
    expect((await errorOf(write())).code).toBe("ZUORA_REJECTED");
  });
});

describe("a write that never left", () => {
  it("is busy where no connection came about: Zuora certainly did nothing", async () => {
    const { write, zuora } = scene([unreachable()]);
    expect((await errorOf(write())).code).toBe("ZUORA_BUSY");
    expect(zuora.calls).toHaveLength(1);
  });

  it("is busy where the time left does not cover its answer", async () => {
    const { write, zuora } = scene([], { leftMs: timeoutMs - 1 });
    expect((await errorOf(write())).code).toBe("ZUORA_BUSY");
    expect(zuora.calls).toEqual([]);
  });

  it("is busy, for as long as the pause lasts, while the environment stays away", async () => {
    const { write, connection, zuora } = scene([]);
    for (let count = 0; count < 3; count += 1)
      connection.pace.heard(new ZuoraBusyError("busy", { retryAfterMs: 90_000 }));
    expect(await errorOf(write())).toMatchObject({ code: "ZUORA_BUSY", retryAfterMs: 90_000 });
    expect(zuora.calls).toEqual([]);
  });
});
