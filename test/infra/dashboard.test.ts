import { beforeEach, describe, expect, it } from "vitest";
import { useWrittenLines } from "../unit/fakes/written-lines.ts";
import { metricKey, readEmbedded } from "./cloudwatch.ts";
import { everyday, failures } from "./failures.ts";
import { only, synthesised, variants, withRevenue } from "./synthesised.ts";

const template = synthesised(withRevenue);

const lines = useWrittenLines();

beforeEach(async () => {
  await everyday();
  for (const { wrong, right } of Object.values(failures)) {
    await wrong();
    await right();
  }
});

/** The dashboard as CloudWatch reads it, with what only a deploy knows replaced by a word. */
const body = (of = template): { readonly widgets: readonly Widget[] } => {
  const { DashboardBody } = only(of, "AWS::CloudWatch::Dashboard") as {
    DashboardBody: { "Fn::Join": unknown[] };
  };
  const [, parts] = DashboardBody["Fn::Join"] as [string, readonly unknown[]];
  return JSON.parse(parts.map((part) => (typeof part === "string" ? part : "deployed")).join(""));
};

type Metric = readonly (string | { readonly expression?: string })[];
type Place = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
type Widget = Place & {
  readonly type: string;
  readonly properties: {
    readonly title?: string;
    readonly metrics?: readonly Metric[];
    readonly alarms?: readonly string[];
  };
};

/** Each metric of ours that a widget shows, by name and dimensions, `*` for a dimension that is searched for. */
const shown = (): readonly string[] =>
  body().widgets.flatMap(({ properties }) =>
    (properties.metrics ?? []).flatMap((metric) => {
      const [first, name, ...rest] = metric;
      if (typeof first === "object") return first.expression === undefined ? [] : [searched(first.expression)];
      if (first !== "ZuoraCreditSweep") return [];
      const words = rest.filter((word) => typeof word === "string");
      const dimensions = words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1]] as const] : []));
      return [metricKey(first, String(name), dimensions)];
    }),
  );

const searched = (expression: string): string => {
  const [, namespace = "", names = "", metric = "", service] =
    /^SEARCH\('\{(\w+),([\w,]+)\} MetricName="(\w+)" service="([\w-]+)"', 'Sum', 900\)$/.exec(expression) ?? [];
  return metricKey(
    namespace,
    metric,
    names.split(",").map((name) => [name, name === "service" ? service : "*"] as const),
  );
};

const written = (): ReadonlySet<string> =>
  new Set(
    readEmbedded(lines, 0).flatMap(({ metric }) => [
      metric,
      metric.replace(/(reason|code|currency)="[^"]*"/, '$1="*"'),
    ]),
  );

describe("the dashboard", () => {
  it("shows only metrics that the functions write, with the very dimensions", () => {
    const known = written();
    expect(shown().length).toBeGreaterThan(15);
    expect(shown().filter((key) => !known.has(key))).toEqual([]);
  });

  it("shows every metric that the functions write", () => {
    const names = new Set(shown().map((key) => key.split(" ")[1]));
    const all = new Set(readEmbedded(lines, 0).map(({ metric }) => metric.split(" ")[1]));
    // Counted by code as well, which is what the page shows.
    expect([...all].filter((name) => !names.has(name))).toEqual(["DeadLettered"]);
  });

  it("begins with the question and with every alarm", () => {
    const [title, alarms] = body().widgets;
    expect(JSON.stringify(title)).toContain("Is money stuck?");
    expect(alarms?.properties.alarms).toHaveLength(Object.keys(failures).length);
  });
});

it.each(Object.entries(variants))("fills every row of stage %s with widgets of whole widths", (_, settings) => {
  const { widgets } = body(synthesised(settings));
  const numbers = widgets.flatMap(({ x, y, width, height }) => [x, y, width, height]);
  expect(numbers.filter((number) => !Number.isInteger(number))).toEqual([]);
  const rows = Map.groupBy(widgets, ({ y }) => y);
  for (const row of rows.values()) expect(row.reduce((sum, { width }) => sum + width, 0)).toBe(24);
});

it("shows callouts where the stage takes them", () => {
  const withCallouts = synthesised({ ...withRevenue, calloutSecretName: "zuora-credit-sweep/callouts" });
  const titles = body(withCallouts).widgets.map(({ properties }) => properties.title);
  expect(titles).toContain("Callouts that were refused, and that were repeated");
  expect(body().widgets).toHaveLength(titles.length - 1);
});

describe("the saved queries", () => {
  const queries = Object.values(template.findResources("AWS::Logs::QueryDefinition")).map(
    ({ Properties }) => Properties as { readonly Name: string; readonly QueryString: string },
  );

  it("are named after the stack, so that stages stay apart in one list", () => {
    expect(queries.filter(({ Name }) => !Name.startsWith("Test/"))).toEqual([]);
  });

  it("give no result a name that Logs Insights has taken", () => {
    const taken =
      /^(as|by|for|in|like|now|last|first|latest|earliest|from|where|filter|fields|stats|sort|limit|count|sum)$/i;
    const names = queries.flatMap(({ QueryString }) =>
      [...QueryString.matchAll(/\bas (\w+)/g)].map(([, name]) => name),
    );
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name = "") => taken.test(name))).toEqual([]);
  });

  it.each(queries.map(({ Name, QueryString }) => [Name, QueryString]))(
    "%s asks for what is in the logs",
    (_, query) => {
      const logged = lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => "message" in line);
      const fields = new Set(logged.flatMap(Object.keys));
      const values = new Set(logged.flatMap((line) => [line["message"], line["outcome"], line["level"]]).map(String));
      const quoted = [...query.matchAll(/"([^"]+)"/g)].map(([, text = ""]) => text);
      const named = query
        .replaceAll(/"[^"]*"/g, "")
        .replaceAll(/\bas \w+/g, "")
        .match(/(?<![@.\w])[a-z]\w*(?!\w*\()/gi);
      const words = /^(fields|filter|stats|sort|limit|by|or|and|in|desc|times)$/;
      const unknown = (named ?? []).filter((name) => !words.test(name) && !fields.has(name));
      expect(unknown).toEqual([]);
      const placeholders = ["ACCOUNT", "RUN", "ERROR"];
      expect(quoted.filter((text) => !values.has(text) && !placeholders.includes(text))).toEqual([]);
    },
  );
});
