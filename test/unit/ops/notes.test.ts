import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { type NoteStream, notesOn } from "../../../functions/ops/notes.ts";

/** Notes on a stream of the test, whose clock the test turns. */
const notesOf = ({ isTTY }: { readonly isTTY: boolean }) => {
  let nowMs = 5_000;
  let written = "";
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  stream.on("data", (chunk: Buffer) => {
    written += chunk;
  });
  return {
    ...notesOn(stream as NoteStream, () => nowMs),
    pass: (milliseconds: number) => {
      nowMs += milliseconds;
    },
    seen: () => stripVTControlCharacters(written),
    /** Every state of the terminal's lines, oldest first. */
    states: () =>
      written
        .split("\u001b[1G")
        .map(stripVTControlCharacters)
        .filter((state) => state !== ""),
  };
};

describe("progress on a terminal", () => {
  it("is a bar with the rate and the time left, no wider than the terminal", () => {
    const { progress, pass, note, states } = notesOf({ isTTY: true });
    const planning = progress("accounts planned");
    planning.told(0, 1_000);
    pass(4_000);
    planning.told(200, 1_000, "and much more of it than fits what is left of a line on this terminal");
    note("Zuora is busy");
    planning.end();
    const bars = states().filter((state) => state.includes("accounts planned"));
    expect(bars.at(-1)).toMatch(/^accounts planned \[===-+\] 200\/1000, 50\/s, 16s left · and/);
    expect(Math.max(...bars.map((bar) => bar.length))).toBeLessThanOrEqual(80);
  });

  it("leaves every note on a line of its own, above the bar", () => {
    const { progress, note, states, seen } = notesOf({ isTTY: true });
    const planning = progress("accounts planned");
    planning.told(1, 2);
    note("Zuora is busy");
    planning.end();
    note("afterwards");
    expect(states()).toContain("Zuora is busy\n");
    expect(seen().endsWith("afterwards\n")).toBe(true);
  });

  it("counts from where it began, so that what was done before makes nothing faster", () => {
    const { progress, pass, note, seen } = notesOf({ isTTY: true });
    const planning = progress("accounts planned");
    planning.told(900, 1_000);
    pass(10_000);
    planning.told(905, 1_000);
    note("now");
    planning.end();
    expect(seen()).toContain("905/1000, 0.5/s, 3m left");
  });
});

describe("progress in a file", () => {
  it("is a line a second at most, and no bar", () => {
    const { progress, pass, seen } = notesOf({ isTTY: false });
    const planning = progress("accounts planned");
    planning.told(10, 30);
    pass(1_000);
    planning.told(20, 30, "5 in flight");
    planning.told(30, 30);
    planning.end();
    expect(seen()).toBe("20 of 30 accounts planned, 5 in flight\n");
  });
});
