import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Validations } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SweepStack } from "../../infra/stack.ts";
import { emptyBundle, variants } from "./synthesised.ts";

const manifest = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")) as {
  readonly context: Readonly<Record<string, unknown>>;
};

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("rule packs and CloudFormation's own validation", () => {
  it.each(Object.entries(variants))("find nothing in stage %s that is not acknowledged", (stage, settings) => {
    // Whatever is deprecated fails at once, and a warning of CDK's own is as good as an error.
    vi.stubEnv("JSII_DEPRECATED", "fail");
    const app = new App({ context: manifest.context });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    const stack = new SweepStack(app, stage, { stage, settings, codeOf: emptyBundle });
    const { directory } = app.synth();
    const annotations = Annotations.fromStack(stack);
    expect(annotations.findWarning("*", Match.anyValue())).toEqual([]);
    expect(failuresIn(directory)).toEqual([]);
  });

  it("treat an error of CloudFormation's validation as an error", () => {
    expect(manifest.context["@aws-cdk/core:validateAgainstDefaultRules"]).toBe(true);
  });
});

type Report = {
  readonly pluginReports: readonly {
    readonly violations?: readonly { readonly ruleName: string; readonly severity?: string }[];
  }[];
};

const failuresIn = (directory: string): readonly string[] => {
  const report = JSON.parse(readFileSync(join(directory, "validation-report.json"), "utf8")) as Report;
  expect(report.pluginReports.length).toBeGreaterThanOrEqual(2);
  return report.pluginReports.flatMap(({ violations = [] }) => violations.map(({ ruleName }) => ruleName));
};
