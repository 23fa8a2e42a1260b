import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";

type Job = {
  readonly needs?: string;
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly run?: string;
    readonly uses?: string;
    readonly with?: Readonly<Record<string, string>>;
  }[];
};

const folder = new URL("../../.github/workflows/", import.meta.url);
const textOf = (name: string) => readFileSync(new URL(name, folder), "utf8");
const text = textOf("deploy.yml");
const workflow = parse(text) as {
  readonly on: { readonly workflow_dispatch: { readonly inputs: { readonly stage: { readonly type: string } } } };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: { readonly build: Job; readonly diff: Job; readonly deploy: Job };
};
const { build, diff, deploy } = workflow.jobs;
const runsOf = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);

it("offers the environments of the repository, so that a stage is added without a change here", () => {
  expect(workflow.on.workflow_dispatch.inputs.stage.type).toBe("environment");
});

it("deploys only main, after the tests and the difference, in the stage's own environment, which may ask people first", () => {
  expect([diff.needs, deploy.needs]).toEqual(["build", "diff"]);
  expect([diff.if, deploy.if]).toEqual(Array(2).fill("github.ref == 'refs/heads/main'"));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the workflow's own syntax
  expect(deploy.environment).toBe("${{ inputs.stage }}");
});

it("shows and deploys what was built once, by a job without an identity", () => {
  expect(build.permissions).toBeUndefined();
  expect(runsOf(build).at(-1)).toBe('npm run synth -- --quiet -c "stage=$STAGE"');
  expect(runsOf(diff).at(-1)).toMatch(/^npx --no-install cdk diff --app cdk\.out /);
  expect(runsOf(deploy).at(-1)).toMatch(/^npx --no-install cdk deploy --app cdk\.out /);
  for (const { steps } of [diff, deploy])
    expect(steps.some(({ uses }) => uses?.includes("/download-artifact@"))).toBe(true);
});

it("runs no script of a package beside a token, and no Node out of a package at all", () => {
  expect(runsOf(build)[0]).toBe("npm ci && rm -r node_modules/node-linux-* node_modules/.bin/node");
  for (const job of [diff, deploy]) expect(runsOf(job)[0]).toBe("npm ci --omit=optional --ignore-scripts");
  for (const { steps } of [build, diff, deploy]) {
    expect(steps.some(({ uses }) => uses?.startsWith("actions/setup-node@"))).toBe(true);
  }
});

it("has no credentials but those that GitHub's identity is exchanged for, and no job may write to the repository", () => {
  expect(text).not.toMatch(/secrets\.|aws-access-key-id/);
  expect(workflow.permissions).toEqual({ contents: "read" });
  for (const job of [diff, deploy]) {
    expect(job.permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(job.steps.find(({ uses }) => uses?.startsWith("aws-actions/"))?.with).toHaveProperty("role-to-assume");
  }
});

it.each(["ci.yml", "deploy.yml"])(
  "%s pins every action by its commit, and writes nothing of a caller's into a shell",
  (name) => {
    const uses = [...textOf(name).matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(uses.length).toBeGreaterThan(1);
    expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action ?? ""))).toEqual([]);
    expect(
      textOf(name)
        .split("\n")
        .filter((line) => /run:.*\$\{\{/.test(line)),
    ).toEqual([]);
  },
);
