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
    const { packs, failures } = reportOf(directory);
    expect(failures).toEqual([]);
    // A pack reports where it found something, if only what is acknowledged.
    expect(packs).toEqual(["AwsSolutions", "Serverless"]);
  });

  it("treat an error of CloudFormation's validation as an error", () => {
    expect(manifest.context["@aws-cdk/core:validateAgainstDefaultRules"]).toBe(true);
  });
});

type Report = {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations?: readonly { readonly ruleName: string; readonly severity?: string }[];
  }[];
};

const reportOf = (directory: string) => {
  const { pluginReports } = JSON.parse(readFileSync(join(directory, "validation-report.json"), "utf8")) as Report;
  return {
    packs: pluginReports.map(({ pluginName }) => pluginName).toSorted(),
    failures: pluginReports.flatMap(({ violations = [] }) => violations.map(({ ruleName }) => ruleName)),
  };
};
