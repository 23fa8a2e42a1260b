import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FunctionError } from "../../local/lambda/function-error.ts";
import type { FunctionSettings } from "../../local/lambda/function-settings.ts";
import { LambdaFunction } from "../../local/lambda/lambda-function.ts";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

const running: LambdaFunction[] = [];

const create = (settings: Partial<FunctionSettings> = {}): LambdaFunction => {
  const lambda = new LambdaFunction({
    name: "under-test",
    bundle: fixture("handler.mjs"),
    timeoutMs: 10_000,
    memoryMb: 512,
    concurrency: 1,
    environment: {},
    onLog: () => undefined,
    ...settings,
  });
  running.push(lambda);
  return lambda;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(running.splice(0).map((lambda) => lambda.stop()));
});

describe("a Lambda function on a laptop", () => {
  it("runs in a process of its own, which is used again", async () => {
    const lambda = create();
    const { pid } = (await lambda.invoke({ act: "process" })) as { pid: number };
    expect(pid).not.toBe(process.pid);
    expect([await lambda.invoke({ act: "count" }), await lambda.invoke({ act: "count" })]).toEqual([1, 2]);
  });

  it("is told its request id, its name and how much time it has left", async () => {
    const context = (await create().invoke({ act: "process" })) as Record<string, unknown>;
    expect(context).toMatchObject({
      awsRequestId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      functionName: "under-test",
      invokedFunctionArn: "arn:aws:lambda:eu-west-2:000000000000:function:under-test",
    });
    expect(context["remainingMs"]).toBeGreaterThan(5_000);
    expect(context["remainingMs"]).toBeLessThanOrEqual(10_000);
  });

  it("sees only what Lambda and the stack set, whatever surrounds it", async () => {
    for (const name of [
      "AWS_PROFILE",
      "AWS_ENDPOINT_URL_SQS",
      "HOME",
      "NODE_OPTIONS",
      "HTTPS_PROXY",
      "ZUORA_CLIENT_SECRET",
    ]) {
      vi.stubEnv(name, name === "NODE_OPTIONS" ? "--trace-warnings" : "from outside");
    }
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "from outside");
    const environment = (await create({ environment: { POLICY: "{}" } }).invoke({ act: "environment" })) as Record<
      string,
      string
    >;
    expect(Object.values(environment)).not.toContain("from outside");
    expect(environment).toMatchObject({ POLICY: "{}", AWS_ACCESS_KEY_ID: "local", AWS_REGION: "eu-west-2" });
    const ofLambda =
      /^(_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_TASK_ROOT|PATH|LANG|TZ|SystemRoot|AWS_(LAMBDA_|EXECUTION_ENV|REGION|DEFAULT_REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|CONFIG_FILE|SHARED_CREDENTIALS_FILE))/;
    expect(Object.keys(environment).filter((name) => !ofLambda.test(name))).toEqual(["POLICY"]);
  });

  it("stands still between invocations", { skip: process.platform === "win32" }, async () => {
    const [lambda, clock] = [create(), create()];
    await lambda.invoke({ act: "startTicking" });
    await clock.invoke({ act: "sleep", ms: 300 });
    expect(await lambda.invoke({ act: "ticks" })).toBeLessThan(10);
  });

  it("is killed at its timeout, and the next invocation starts afresh", async () => {
    const lambda = create({ timeoutMs: 500 });
    const { pid } = (await lambda.invoke({ act: "process" })) as { pid: number };
    await lambda.invoke({ act: "count" });
    const killed = lambda.invoke({ act: "sleep", ms: 60_000 });
    await expect(killed).rejects.toThrow(/Task timed out after 0\.50 seconds/);
    await expect(killed).rejects.toMatchObject({ errorType: "Sandbox.Timedout" });
    expect(isAlive(pid)).toBe(false);
    expect(await lambda.invoke({ act: "count" })).toBe(1);
  });

  it("fails an invocation with what the handler threw, and lives on", async () => {
    const lambda = create();
    await lambda.invoke({ act: "count" });
    await expect(lambda.invoke({ act: "throw" })).rejects.toEqual(
      new FunctionError("ZuoraBusyError", "no more of this"),
    );
    expect(await lambda.invoke({ act: "count" })).toBe(2);
  });

  it("fails an invocation whose process ends, and the next one starts afresh", async () => {
    const lambda = create();
    await lambda.invoke({ act: "count" });
    await expect(lambda.invoke({ act: "exit" })).rejects.toThrow("Runtime exited with error: exit status 7");
    expect(await lambda.invoke({ act: "count" })).toBe(1);
  });

  it("fails every invocation of a bundle that cannot be loaded, with the reason", async () => {
    const lambda = create({ bundle: fixture("broken.mjs") });
    for (const _ of [1, 2]) {
      await expect(lambda.invoke({})).rejects.toEqual(
        new FunctionError("ConfigError", "bad configuration: POLICY: missing"),
      );
    }
  });

  it("runs at most as many invocations at a time as it may", async () => {
    const lambda = create({ concurrency: 2 });
    const pids = await Promise.all(
      Array.from({ length: 6 }, async () => ((await lambda.invoke({ act: "process" })) as { pid: number }).pid),
    );
    expect(new Set(pids).size).toBe(2);
  });

  it.each([
    ["its environment is ended between two events", 10_000, 0],
    ["its time is over", 1_500, 60_000],
  ])("loses no line that it wrote, however many, when %s", async (_when, timeoutMs, thenSleepMs) => {
    const lines: string[] = [];
    const lambda = create({ timeoutMs, onLog: (line) => lines.push(line) });
    await lambda.invoke({ act: "logMuch", lines: 8_000, thenSleepMs }).catch(() => undefined);
    await lambda.stop();
    expect([lines.length, lines.at(-1)?.slice(0, 5)]).toEqual([8_000, "8000 "]);
  });

  it("delivers every line that it wrote, the last one included", async () => {
    const lines: string[] = [];
    const lambda = create({ onLog: (line) => lines.push(line) });
    await lambda.invoke({ act: "log" });
    await lambda.stop();
    expect(lines.toSorted()).toEqual(["and without an end", "to stderr", '{"message":"to stdout"}']);
  });

  it("leaves no process behind, frozen or running", async () => {
    const lambda = create({ concurrency: 2 });
    const { pid } = (await lambda.invoke({ act: "process" })) as { pid: number };
    const first = lambda.invoke({ act: "sleep", ms: 60_000 });
    const failed = expect(first).rejects.toThrow(FunctionError);
    await lambda.stop();
    await failed;
    expect(isAlive(pid)).toBe(false);
  });
});
