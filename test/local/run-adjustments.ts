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

/** An adjustment that Zuora answered a write with, by the id that it has in Zuora. */
export type ConfirmedAdjustment = RunAdjustment & { readonly id: string };

/**
 * What one run wrote: Zuora's own records, adjustments with its `ReferenceId`.
 *
 * @param confirmed what Zuora answered during the run, which its records may show later, or not at all
 */
export type ReadRunAdjustments = (
  runId: string,
  access: TenantAccess,
  confirmed: readonly ConfirmedAdjustment[],
) => Promise<readonly RunAdjustment[]>;
