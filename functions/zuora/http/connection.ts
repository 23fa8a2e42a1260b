import type { Clock, RemainingMs } from "../../app/ports.ts";
import type { SettlementError } from "../../domain/errors.ts";
import type { CallKind } from "./answers/classify.ts";
import type { Pace } from "./pace.ts";
import type { Patience } from "./retry.ts";
import type { Tokens } from "./token.ts";
import type { Transport } from "./transport.ts";
import type { ZuoraClock } from "./zuora-clock.ts";

/** A call that was sent, as the metrics count it. */
type Call = {
  readonly kind: CallKind;
  readonly throttled: boolean;
  /** The part that is left of the tenant's rate limit, from 0 to 1; absent where Zuora does not tell. */
  readonly rateLeft?: number | undefined;
};

/** The collection of credit memos in addresses below `/v1`, as it is spelled now and as it was before. */
export type CreditMemosPath = "credit-memos" | "creditmemos";

/** What one execution environment keeps: its transport, its token and its pace. */
export type Connection = {
  readonly transport: Transport;
  readonly tokens: Tokens;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly zuoraClock: ZuoraClock;
  /** Whether an answer has carried Zuora's request id (Zuora: Response headers). */
  readonly signsAnswers: () => boolean;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  /** Sent with every call: versions, entity and organisation. */
  readonly headers: Readonly<Record<string, string>>;
  readonly creditMemosPath: CreditMemosPath;
  /** After which a call without an answer is given up. */
  readonly timeoutMs: number;
  readonly patience: Patience;
  /** Told of every call that was sent, for the metrics. */
  readonly onCall: (call: Call) => void;
  /** Told of every read that failed and is sent again, so that a long wait explains itself. */
  readonly onRetry: (error: SettlementError) => void;
};

/** One invocation's view of the connection. */
export type Invocation = {
  /** Carried as `Zuora-Track-Id`: at most 64 ASCII characters without `: ; " '`. */
  readonly trackId: string;
  readonly remainingMs: RemainingMs;
};

/** Which part of a multi-entity or multi-organisation tenant is meant. */
type EntityAndOrg = { readonly entityIds?: string | undefined; readonly orgIds?: string | undefined };

/** Headers of a token request, which knows no versions (Zuora: Create an OAuth token). */
export const tokenHeaders = ({ entityIds }: EntityAndOrg): Readonly<Record<string, string>> => ({
  accept: "application/json",
  ...(entityIds === undefined ? {} : { "zuora-entity-ids": entityIds }),
});

/**
 * Headers of every other call. `Zuora-Version` 2024-05-20 and later answers /v1 REST with honest statuses;
 * `X-Zuora-WSDL-Version` 147 and later shows `Invoice.Currency` to queries (Zuora: API versions; Invoice fields).
 */
export const commonHeaders = ({ entityIds, orgIds }: EntityAndOrg): Readonly<Record<string, string>> => ({
  accept: "application/json",
  "zuora-version": "2025-08-12",
  "x-zuora-wsdl-version": "147",
  ...(entityIds === undefined ? {} : { "zuora-entity-ids": entityIds }),
  ...(orgIds === undefined ? {} : { "zuora-org-ids": orgIds }),
});
