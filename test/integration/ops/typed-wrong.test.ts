import { expect, it } from "vitest";
import { useLocalOps } from "./local-ops.ts";

const { run, system } = useLocalOps();

it.each<[string, readonly string[], string]>([
  [
    "a folder below a file",
    ["report", "--folder", "/dev/null/papers"],
    '--folder: "/dev/null/papers" cannot be written (ENOTDIR)',
  ],
  ["no folder at all", ["report", "--folder", ""], '--folder: "" cannot be written (ENOENT)'],
  [
    "a recording in a folder that is not there",
    ["doctor", "--record", "/nowhere/answers"],
    '--record: "/nowhere/answers" cannot be written (ENOENT)',
  ],
  [
    "an approval of what is no run",
    ["scan", "--approve", "7"],
    "--approve: expected the run's id that the refusal named, such as zcs-0mb0abc12345",
  ],
  [
    "an approval of nothing",
    ["scan", "--approve", ""],
    "--approve: expected the run's id that the refusal named, such as zcs-0mb0abc12345",
  ],
])("refuses %s in one line, before anything is asked or written down", async (_name, args, line) => {
  const before = system().zuora.limits.requests;
  const { status, out, err } = await run(args, { json: false });
  expect({ status, out, err }).toEqual({ status: 2, out: "", err: `${line}\n` });
  expect(system().zuora.limits.requests).toBe(before);
});
