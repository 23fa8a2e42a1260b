import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { type StageSettings, stages } from "../../infra/settings.ts";
import { SweepStack } from "../../infra/stack.ts";

/** A folder that passes for a bundle: what is in it is tested elsewhere. */
export const emptyBundle = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  writeFileSync(join(folder, "index.mjs"), "export const handler = () => {};");
  return folder;
};

const code = emptyBundle();

/** The template of the production stage, with settings changed as a test needs them. */
export const synthesised = (changes: Partial<StageSettings> = {}): Template => {
  const settings = { ...stages.prod, ...changes };
  return Template.fromStack(new SweepStack(new App(), "Test", { stage: "test", settings, codeOf: () => code }));
};

/** A resource by what it is; there must be one alone that fits. */
export const only = (template: Template, type: string, fits: (properties: Properties) => boolean = () => true) => {
  const found = Object.values(template.findResources(type)).filter(({ Properties }) => fits(Properties as Properties));
  if (found.length !== 1) throw new Error(`expected one ${type}, found ${found.length}`);
  return found[0]?.["Properties"] as Properties;
};

export type Properties = Readonly<Record<string, unknown>>;
