import { type IAspect, Names } from "aws-cdk-lib";
import { CfnRole } from "aws-cdk-lib/aws-iam";
import type { IConstruct } from "constructs";

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
