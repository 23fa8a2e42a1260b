import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { useWrittenLines } from "../unit/fakes/written-lines.ts";
import {
  type AlarmProperties,
  type Datapoint,
  metricKeysOf,
  periodMinutes,
  readEmbedded,
  stateOf,
} from "./cloudwatch.ts";
import { failures } from "./failures.ts";
import { synthesised } from "./synthesised.ts";

type Alarm = AlarmProperties & { readonly AlarmDescription: string; readonly AlarmActions: readonly unknown[] };

/** The alarms of the template by the name that the code gives them. */
const alarms = new Map(
  Object.entries(synthesised().findResources("AWS::CloudWatch::Alarm")).map(([id, { Properties }]) => [
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

/** What CloudWatch is told when something happens at a minute: our functions' own lines, and what AWS counts. */
const toldAt = async (alarm: Alarm, name: string, state: "wrong" | "right", minute: number): Promise<Datapoint[]> => {
  const failure = failures[name];
  if (failure === undefined) throw new Error(`nobody injects the failure of ${name}`);
  lines.length = 0;
  await failure[state]();
  const counted = Object.entries(failure.aws?.[state] ?? {}).flatMap(([metricName, value]) =>
    metricKeysOf(alarm)
      .filter((key) => key.startsWith("AWS/") && key.includes(` ${metricName} `))
      .map((metric) => ({ metric, minute, value })),
  );
  return [...readEmbedded(lines, minute), ...counted];
};

describe.each([...alarms.keys()])("the alarm %s", (name) => {
  it("rings when its failure lasts for as long as it waits, not before, and is quiet again afterwards", async () => {
    const alarm = alarmOf(name);
    const period = periodMinutes(alarm);
    const periods = alarm.EvaluationPeriods;
    const datapoints: Datapoint[] = [];
    const states: string[] = [];
    const live = async (state: "wrong" | "right", count: number) => {
      for (let index = 0; index < count; index += 1) {
        const minute = (states.length + 1) * period;
        datapoints.push(...(await toldAt(alarm, name, state, minute)));
        states.push(stateOf(alarm, datapoints, minute));
      }
    };
    await live("right", periods);
    await live("wrong", periods);
    await live("right", periods);
    const quiet = (count: number) => Array.from({ length: count }, () => "OK");
    expect(states.slice(periods)).toEqual([...quiet(periods - 1), "ALARM", ...quiet(periods)]);
  });

  it("watches only what is written, with the very dimensions, or what AWS counts by itself", async () => {
    const alarm = alarmOf(name);
    const written = new Set(
      [...(await toldAt(alarm, name, "wrong", 1)), ...(await toldAt(alarm, name, "right", 2))].map(
        ({ metric }) => metric,
      ),
    );
    expect(metricKeysOf(alarm).filter((key) => !written.has(key))).toEqual([]);
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
