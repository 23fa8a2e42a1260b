import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { stages } from "../../infra/settings.ts";

type Job = {
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly run?: string;
    readonly uses?: string;
    readonly with?: Readonly<Record<string, string>>;
  }[];
};

const text = readFileSync(new URL("../../.github/workflows/deploy.yml", import.meta.url), "utf8");
const workflow = parse(text) as {
  readonly on: {
    readonly workflow_dispatch: { readonly inputs: { readonly stage: { readonly options: readonly string[] } } };
  };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: { readonly test: Job; readonly diff: Job; readonly deploy: Job };
};

it("offers the stages that there are", () => {
  expect(workflow.on.workflow_dispatch.inputs.stage.options).toEqual(Object.keys(stages));
});

it("deploys only after the tests and the difference, in the stage's own environment, which may ask people first", () => {
  const { diff, deploy } = workflow.jobs;
  expect([diff.needs, deploy.needs]).toEqual(["test", "diff"]);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the workflow's own syntax
  expect(deploy.environment).toBe("${{ inputs.stage }}");
  expect(deploy.steps.at(-1)?.run).toMatch(/^npx --no-install cdk deploy /);
});

it("has no credentials but those that GitHub's identity is exchanged for, and no job may write to the repository", () => {
  expect(text).not.toMatch(/secrets\.|aws-access-key-id/);
  expect(workflow.permissions).toEqual({ contents: "read" });
  const { test, diff, deploy } = workflow.jobs;
  expect(test.permissions).toBeUndefined();
  for (const job of [diff, deploy]) {
    expect(job.permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(job.steps.find(({ uses }) => uses?.startsWith("aws-actions/"))?.with).toHaveProperty("role-to-assume");
  }
});
