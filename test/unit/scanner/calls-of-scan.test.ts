import { expect, it } from "vitest";
import { callsOfScan } from "../../../functions/scanner/calls-of-scan.ts";

const shared = { alone: 20, beside: 2, eachProcessor: 3 };

it.each([
  ["nothing", 0, 20],
  ["one message that waits", 1, 17],
  ["as many as one processor is handed", 10, 17],
  ["one more than that", 11, 14],
  ["what keeps all processors busy", 60, 2],
  ["a large bill run", 50_000, 2],
])("a scan beside %s, %i in the queue, has %i calls: all together stay within twenty", (_, messages, calls) => {
  expect(callsOfScan(messages, shared)).toBe(calls);
});
