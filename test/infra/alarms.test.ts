import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useWrittenLines } from "../unit/fakes/written-lines.ts";
import { timelineOf, toldOf } from "./alarm-timeline.ts";
import { type AlarmProperties, metricKeysOf, stateOf } from "./cloudwatch.ts";
import { failures } from "./failures.ts";
import { synthesised, withRevenue } from "./synthesised.ts";

type Alarm = AlarmProperties & { readonly AlarmDescription: string; readonly AlarmActions: readonly unknown[] };

/** The alarms of the template by the name that the code gives them. */
const alarms = new Map(
  Object.entries(synthesised(withRevenue).findResources("AWS::CloudWatch::Alarm")).map(([id, { Properties }]) => [
    id.replace(/^Alarms(\w+)[0-9A-F]{8}$/, "$1"),
    Properties as Alarm,
  ]),
);

const alarmOf = (name: string): Alarm => {
  const alarm = alarms.get(name);
  if (alarm === undefined) throw new Error(`no alarm is named ${name}`);
  return alarm;
};

const lines = useWrittenLines();

/** What CloudWatch is told while an alarm's failure lasts, and when it is over. */
const tellingOf = async (name: string) => {
  const failure = failures[name];
  if (failure === undefined) throw new Error(`nobody injects the failure of ${name}`);
  return { failure, told: await toldOf(alarmOf(name), failure, lines) };
};

/** The row of docs/operations.md about an alarm, as cells. */
const documented = (name: string): readonly string[] => {
  const page = readFileSync(new URL("../../docs/operations.md", import.meta.url), "utf8");
  const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
  return row.split("|").map((cell) => cell.trim());
};

const durationText = (minutes: number): string => {
  if (minutes === 0) return "at once";
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return minutes < 90 ? `${minutes} min` : [`${hours} h`, ...(rest === 0 ? [] : [`${rest} min`])].join(" ");
};

describe.each([...alarms.keys()])("the alarm %s", (name) => {
  it("rings and falls silent when docs/operations.md says, and without a gap while its failure lasts", async () => {
    const { failure, told } = await tellingOf(name);
    const { ringsAfter, quietAfter, gaps } = timelineOf(alarmOf(name), failure, told);
    expect(gaps).toBe(0);
    const [, , severity, , rings, , quiet] = documented(name);
    expect([severity, rings, quiet]).toEqual([
      alarmOf(name).AlarmDescription.split(":")[0],
      durationText(ringsAfter),
      durationText(quietAfter),
    ]);
  });

  it("watches only what is written, with the very dimensions, or what AWS counts by itself", async () => {
    const { told } = await tellingOf(name);
    const all = [...told.wrong, ...told.right, ...told.scan, ...told.counted.wrong, ...told.counted.right];
    const written = new Set(all.map(({ metric }) => metric));
    expect(metricKeysOf(alarmOf(name)).filter((key) => !written.has(key))).toEqual([]);
  });

  it("rings where nothing was ever told only if silence is what it is about", () => {
    expect(stateOf(alarmOf(name), [], 0)).toBe(/DidNotRun$/.test(name) ? "ALARM" : "OK");
  });

  it("says how urgent it is, what it costs, and where the runbook says what to do", () => {
    const headings = readFileSync(new URL("../../docs/runbook.md", import.meta.url), "utf8").matchAll(/^##+ (.+)$/gm);
    const anchors = [...headings].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    const { AlarmDescription, AlarmActions } = alarmOf(name);
    const [, section] = /^(?:page|ticket): .{20,}\. Runbook: docs\/runbook\.md#([\w-]+)$/.exec(AlarmDescription) ?? [];
    expect(anchors).toContain(section);
    expect(AlarmActions).toHaveLength(1);
  });
});

it("the alarm NothingHandled rings also where no processor ever started", async () => {
  const { failure, told } = await tellingOf("NothingHandled");
  const { ringsAfter } = timelineOf(alarmOf("NothingHandled"), failure, { ...told, wrong: [], right: told.right });
  expect(ringsAfter).toBe(44);
});

it("the alarm NothingHandled keeps quiet while a long queue is worked off", async () => {
  const { failure, told } = await tellingOf("NothingHandled");
  const worksOff = { ...told, wrong: told.right };
  expect(() => timelineOf(alarmOf("NothingHandled"), failure, worksOff)).toThrow("never rings");
});

it("every failure that is injected has its alarm, and there are two ways to be told", () => {
  expect([...alarms.keys()].toSorted()).toEqual(Object.keys(failures).toSorted());
  const topics = (severity: string) =>
    new Set(
      [...alarms.values()]
        .filter(({ AlarmDescription }) => AlarmDescription.startsWith(severity))
        .map(({ AlarmActions }) => JSON.stringify(AlarmActions)),
    );
  expect([topics("page").size, topics("ticket").size]).toEqual([1, 1]);
  expect(topics("page")).not.toEqual(topics("ticket"));
});
