import { fileURLToPath } from "node:url";
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { bundleFunction } from "./bundle.ts";
import { settingsOf } from "./settings.ts";
import { SweepStack } from "./stack.ts";

/** Bundles lie beside the template, out of git's sight. */
const bundles = fileURLToPath(new URL("../.build/lambda", import.meta.url));

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
const stage: unknown = app.node.tryGetContext("stage") ?? "dev";
const settings = settingsOf(String(stage));
new SweepStack(app, `zuora-credit-sweep-${stage}`, {
  stage: String(stage),
  settings,
  codeOf: (name) => bundleFunction(name, bundles, settings.zuoraCaFile),
  tags: { application: "zuora-credit-sweep", stage: String(stage) },
});
