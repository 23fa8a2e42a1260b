import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleFunction } from "../../../infra/bundle/bundle.ts";
import { LambdaFunction } from "../../local/lambda/lambda-function.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import { useLocalOps } from "./local-ops.ts";

const { system, ops, tenant, setAside, accountsIn } = useLocalOps();
let folder: string;
let replay: LambdaFunction;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-"));
  replay = new LambdaFunction({
    name: "replay",
    bundle: join(bundleFunction("replay", folder), "index.mjs"),
    timeoutMs: 60_000,
    memoryMb: 256,
    concurrency: 1,
    environment: system().environment,
    onLog: () => {},
  });
});

afterAll(async () => {
  await replay.stop();
  await rm(folder, { recursive: true, force: true });
});

it("the replay function says what it would do unless it is told otherwise, and then does it", async () => {
  const [first, second] = [addAccount(tenant().store, {}), addAccount(tenant().store, {})];
  await setAside([first.Id, second.Id]);
  expect(await replay.invoke({})).toMatchObject({ dryRun: true, replayed: [{}, {}], left: 2 });
  expect(accountsIn("work")).toEqual([]);
  expect(await replay.invoke({ accountId: first.Id, dryRun: false })).toMatchObject({ deletedLetters: 1, left: 1 });
  expect(await replay.invoke({ limit: 1, dryRun: false })).toMatchObject({ deletedLetters: 1, left: 0 });
  expect(accountsIn("work").toSorted()).toEqual([first.Id, second.Id].toSorted());
  expect((await ops("dead-letters", "list")).data.accounts).toBe(0);
});

it("the replay function refuses an event with a misspelt field rather than replaying everything", async () => {
  await expect(replay.invoke({ acountId: "x", dryRun: false })).rejects.toThrow("expected an event");
});
