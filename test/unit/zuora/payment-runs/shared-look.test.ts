import { expect, it } from "vitest";
import { createClient } from "../../../../functions/zuora/http/client.ts";
import { createSharedLook } from "../../../../functions/zuora/payment-runs/shared-look.ts";
import { ScriptedZuora } from "../../fakes/scripted-zuora.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";
import { connected, invocation } from "../fixtures.ts";

it("is as old as its asking once it is answered, where nobody told when it left", async () => {
  const clock = new VirtualClock();
  let reads = 0;
  const look = createSharedLook(clock.now, async () => {
    reads += 1;
    return reads;
  });
  const client = createClient(connected(new ScriptedZuora()), invocation());
  expect(await look(client)).toBe(1);
  clock.pass(299);
  expect(await look(client)).toBe(1);
  clock.pass(1);
  expect(await look(client)).toBe(2);
});

it("is as old as its first page, where it has several", async () => {
  const clock = new VirtualClock();
  let reads = 0;
  const look = createSharedLook(clock.now, async (_client, onLeave) => {
    reads += 1;
    onLeave();
    clock.pass(200);
    onLeave();
    return reads;
  });
  const client = createClient(connected(new ScriptedZuora()), invocation());
  expect(await look(client)).toBe(1);
  clock.pass(99);
  expect(await look(client)).toBe(1);
  clock.pass(1);
  expect(await look(client)).toBe(2);
});
