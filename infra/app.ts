import { fileURLToPath } from "node:url";
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { bundleFunction } from "./bundle/bundle.ts";
import { checkSettings, settingsOf } from "./settings.ts";
import { SweepStack } from "./stack.ts";

/** Bundles lie beside the template, out of git's sight. */
const bundles = fileURLToPath(new URL("../.build/lambda", import.meta.url));

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
try {
  // There is no default: whoever deploys has typed the stage.
  const stage: unknown = app.node.tryGetContext("stage");
  const settings = checkSettings(String(stage), settingsOf(stage));
  new SweepStack(app, `zuora-credit-sweep-${stage}`, {
    stage: String(stage),
    settings,
    codeOf: (name) => bundleFunction(name, bundles, settings.zuoraCaFile),
    tags: { application: "zuora-credit-sweep", stage: String(stage) },
  });
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  // The lines alone: nobody needs to know where in the source a setting is checked.
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
