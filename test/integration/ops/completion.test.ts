import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { errorCodes } from "../../../functions/domain/errors.ts";
import { readCommandLine } from "../../../functions/ops/command-line.ts";

const cli = fileURLToPath(new URL("../../../functions/ops/cli.ts", import.meta.url));

/** The library prints by itself. */
const printed = vi.fn<(line: string) => void>();

beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation(printed);
});

afterEach(() => {
  vi.restoreAllMocks();
  printed.mockClear();
});

/** What a shell is offered after some words; the last one may be half typed. */
const offered = (...words: readonly string[]): readonly string[] => {
  expect(readCommandLine(["complete", "--", ...words], () => {})).toBeUndefined();
  const lines = printed.mock.calls.map(([line]) => line.split("\t")[0] ?? "");
  return lines.filter((line) => !line.startsWith(":"));
};

describe("completion", () => {
  it("offers every command that --help lists", () => {
    let help = "";
    readCommandLine(["--help"], (text) => {
      help += text;
    });
    const [, commands = ""] = /Commands:\n([\s\S]*?)\n\n/.exec(help) ?? [];
    const names = [...commands.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name);
    expect(names).toContain("dead-letters");
    expect(offered("")).toEqual(names);
  });

  it("offers what goes on from half a word: a command of a command, a flag, one of a flag's choices, an error code", () => {
    expect(offered("dead-letters", "re")).toEqual(["replay"]);
    printed.mockClear();
    expect(offered("dead-letters", "replay", "--se")).toEqual(["--settled"]);
    printed.mockClear();
    expect(offered("report", "--format", "h")).toEqual(["html"]);
    printed.mockClear();
    expect(offered("dead-letters", "list", "--code", "ZUORA_")).toEqual(
      errorCodes.filter((code) => code.startsWith("ZUORA_")),
    );
  });

  it("is not led astray by the system that was named before", () => {
    expect(offered("--local", "http://127.0.0.1:1", "settle", "--ag")).toEqual(["--again"]);
  });

  it("refuses a shell that nobody knows", () => {
    expect(() => readCommandLine(["completion", "cmd"], () => {})).toThrow(/bash/);
  });

  it("completes in a real bash", { skip: process.platform === "win32" }, () => {
    const script = `
      _get_comp_words_by_ref() { cur="re"; words=(ops dead-letters re); cword=2; }
      compopt() { :; }
      ops() { "$NODE" "$CLI" "$@"; }
      eval "$(ops completion bash)"
      complete -p ops
      __ops_complete
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, NODE: process.execPath, CLI: cli };
    expect(execFileSync("bash", ["-c", script], { env, encoding: "utf8" })).toBe(
      "complete -F __ops_complete ops\nreplay\n",
    );
  });
});
