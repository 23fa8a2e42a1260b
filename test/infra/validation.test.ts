import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { type StageSettings, stages } from "../../infra/settings.ts";
import { SweepStack } from "../../infra/stack.ts";
import { emptyBundle, lockedDown } from "./synthesised.ts";

const manifest = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")) as {
  readonly context: Readonly<Record<string, unknown>>;
};

describe("rule packs and CloudFormation's own validation", () => {
  const checked: Readonly<Record<string, StageSettings>> = {
    ...stages,
    callouts: { ...stages.prod, calloutSecretName: "zuora-credit-sweep/callouts" },
    "locked-down": lockedDown,
  };

  it.each(Object.entries(checked))("find nothing in stage %s that is not acknowledged", (stage, settings) => {
    const app = new App({ context: manifest.context });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    new SweepStack(app, stage, { stage, settings, codeOf: emptyBundle });
    const { directory } = app.synth();
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
