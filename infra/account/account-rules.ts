import { Aspects, type IAspect, Names, type Stack, Tags } from "aws-cdk-lib";
import { CfnManagedPolicy, CfnRole, ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
import type { StageSettings } from "../settings-schema.ts";

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

/** IAM's longest name of a role. */
const nameMax = 64;

/**
 * Puts every role under a path and a name that begins as the account's rules demand; the rest of it is the stack's own.
 */
export class RoleNames implements IAspect {
  readonly #prefix: string | undefined;
  readonly #path: string | undefined;

  constructor({ prefix, path }: { readonly prefix: string | undefined; readonly path: string | undefined }) {
    this.#prefix = prefix;
    this.#path = path;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof CfnRole || node instanceof CfnManagedPolicy)) return;
    if (this.#path !== undefined) node.path = this.#path;
    if (node instanceof CfnManagedPolicy) return;
    if (this.#prefix === undefined) return;
    node.roleName = `${this.#prefix}${Names.uniqueResourceName(node, { maxLength: nameMax - this.#prefix.length })}`;
  }
}
