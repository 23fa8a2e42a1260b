import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMessage, writeMessage } from "../../../functions/app/message.ts";
import { runIdAt } from "../../../functions/domain/run-id.ts";

it("reads what it writes", () => {
  const message = { accountId: "2c92a0fd55767b97", runId: "zcs-0mb0abc123" };
  expect(readMessage(writeMessage(message))).toEqual({ version: 1, ...message });
});

describe("refuses, naming what is wrong and never what it held,", () => {
  it.each([
    ["no JSON", "canary", "the body is no JSON object"],
    ["a list", '["canary"]', "the body is no JSON object"],
    ["another version", '{"version":2,"accountId":"A","runId":"zcs-1"}', "version"],
    ["no account", '{"version":1,"runId":"zcs-1"}', "accountId"],
    ["an empty account", '{"version":1,"accountId":"","runId":"zcs-1"}', "accountId"],
    ["an account that is no text", '{"version":1,"accountId":42,"runId":"zcs-1"}', "accountId"],
    ["an account with blanks", '{"version":1,"accountId":"canary name","runId":"zcs-1"}', "accountId"],
    ["a run that is none of ours", '{"version":1,"accountId":"A","runId":"canary:run"}', "runId"],
    ["two wrong fields", '{"version":1}', "accountId, runId"],
  ])("%s", (_name, body, wrong) => {
    expect(() => readMessage(body)).toThrow(expect.objectContaining({ code: "BAD_MESSAGE" }));
    expect(() => readMessage(body)).toThrow(new RegExp(`wrong: ${wrong}$`));
    expect(() => readMessage(body)).not.toThrow(/canary/);
  });
});

it("ignores fields that it does not know: an older processor reads a newer message", () => {
  expect(readMessage('{"version":1,"accountId":"A","runId":"zcs-1","more":true}')).toEqual({
    version: 1,
    accountId: "A",
    runId: "zcs-1",
  });
});

it("names runs so that they sort by time and may be a track id", () => {
  const instants = fc.integer({ min: 0, max: Date.parse("2200-01-01") });
  fc.assert(
    fc.property(instants, instants, fc.double({ min: 0, max: 0.999999, noNaN: true }), (a, b, random) => {
      const [first, second] = [runIdAt(a, random), runIdAt(b, random)];
      expect(first).toMatch(/^zcs-[a-z0-9]{1,14}$/);
      expect(Math.sign(a - b)).toBe(first < second ? -1 : first > second ? 1 : 0);
    }),
  );
});

it("tells two scans of one millisecond apart", () => {
  expect(runIdAt(0, 0.1)).not.toBe(runIdAt(0, 0.2));
});
