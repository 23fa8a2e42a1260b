import type { Tenant } from "./options.ts";
import type { RunAdjustment } from "./totals.ts";

/** The way to Zuora for somebody who reads what a run wrote. */
export type TenantAccess = {
  /** The door, so that even this can write nothing in a dry run. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tenant: Tenant;
  /** A token that the functions used, where they came so far: one token less to ask for. */
  readonly token: string | undefined;
};

/** Reads Zuora's own records of one run: adjustments with its `ReferenceId`; undefined where Zuora does not answer. */
export type ReadRunAdjustments = (runId: string, access: TenantAccess) => Promise<readonly RunAdjustment[] | undefined>;
