import { Aspects, type Stack, Tags } from "aws-cdk-lib";
import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import { RoleNames } from "./role-names.ts";
import type { StageSettings } from "./settings.ts";

/** Applies to every resource of the stack what the rules of a company's account demand. */
export const obeyAccountRules = (stack: Stack, settings: StageSettings): void => {
  const { permissionsBoundaryArn, roleNamePrefix: prefix, rolePath: path, tags = {} } = settings;
  if (permissionsBoundaryArn !== undefined) {
    const boundary = ManagedPolicy.fromManagedPolicyArn(stack, "PermissionsBoundary", permissionsBoundaryArn);
    PermissionsBoundary.of(stack).apply(boundary);
  }
  if (prefix !== undefined || path !== undefined) Aspects.of(stack).add(new RoleNames({ prefix, path }));
  for (const [name, value] of Object.entries(tags)) Tags.of(stack).add(name, value);
};
