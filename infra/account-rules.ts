import { Aspects, type IAspect, Names, type Stack, Tags } from "aws-cdk-lib";
import { CfnRole, ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";
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

/** IAM's longest name of a role. */
const nameMax = 64;

const prefixMax = 20;

/** Puts every role under a path and a name that begins as the account's rules demand; the rest of it is the stack's own. */
export class RoleNames implements IAspect {
  readonly #prefix: string | undefined;
  readonly #path: string | undefined;

  /** @throws {RangeError} for a prefix or a path that IAM would not take */
  constructor({ prefix, path }: { readonly prefix: string | undefined; readonly path: string | undefined }) {
    if (prefix !== undefined && !/^[\w+=,.@-]{1,20}$/.test(prefix)) {
      throw new RangeError(`expected roleNamePrefix to be 1 to ${prefixMax} letters, digits or + = , . @ _ -`);
    }
    if (path !== undefined && !/^\/([!-.0-~]+\/)*$/.test(path)) {
      throw new RangeError("expected rolePath to begin and end with /, such as /billing/");
    }
    this.#prefix = prefix;
    this.#path = path;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof CfnRole)) return;
    if (this.#path !== undefined) node.path = this.#path;
    if (this.#prefix === undefined) return;
    node.roleName = `${this.#prefix}${Names.uniqueResourceName(node, { maxLength: nameMax - this.#prefix.length })}`;
  }
}
