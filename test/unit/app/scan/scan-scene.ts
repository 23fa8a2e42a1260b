import type { Switch } from "../../../../functions/app/ports.ts";
import { approveScan } from "../../../../functions/app/scan/approve-scan.ts";
import type { ScanDeps } from "../../../../functions/app/scan/begin-scan.ts";
import { noPaymentRuns } from "../../../../functions/app/scan/dry-scan.ts";
import type {
  Candidates,
  NegativeInvoice,
  PaymentRunWatch,
  RefusedScansByKind,
  ScanKind,
} from "../../../../functions/app/scan/ports.ts";
import { scan } from "../../../../functions/app/scan/scan.ts";
import { money, policy } from "../../domain/fixtures.ts";
import { CollectedTelemetry } from "../../fakes/collected-telemetry.ts";
import { VirtualClock } from "../../fakes/virtual-clock.ts";

/** An invoice that was last updated at an instant; absent: just before the scene's clock began. */
type UpdatedInvoice = NegativeInvoice & { readonly updatedAt?: number };

export type Found = {
  readonly negative?: readonly UpdatedInvoice[];
  readonly credit?: readonly string[];
  readonly open?: readonly string[];
};

export const negative = (
  accountId: string,
  balance = "-10",
  currency = "GBP",
  id = `NEG-of-${accountId}`,
): UpdatedInvoice => ({
  id,
  accountId,
  balance: money(balance),
  currency,
});

/** A tenant to scan, a queue and the parameter that remembers the last scan; what happens is written down in order. */
export const scene = (
  found: Found,
  overrides: Partial<ScanDeps> & {
    readonly lastScanAt?: number;
    readonly depth?: number;
    readonly watch?: Partial<PaymentRunWatch>;
  } = {},
) => {
  const { lastScanAt, depth = 0, watch = {}, ...deps } = overrides;
  const clock = new VirtualClock();
  const beganAt = clock.now();
  let refused: RefusedScansByKind = {};
  const before: (number | undefined)[] = [];
  const happened: string[] = [];
  const queued: string[] = [];
  const since: (number | undefined)[] = [];
  let remembered = lastScanAt;
  const streamed = async function* <T>(name: string, items: readonly T[] = []) {
    happened.push(name);
    yield* items;
  };
  const candidates: Candidates = {
    negativeInvoices: (from, until) => {
      since.push(from);
      before.push(until);
      const isWithin = ({ updatedAt = beganAt - 1 }: UpdatedInvoice) =>
        updatedAt >= (from ?? 0) && updatedAt < (until ?? Number.POSITIVE_INFINITY);
      return streamed("negative invoices", found.negative?.filter(isWithin));
    },
    accountsWithCredit: () => streamed("accounts with credit", found.credit),
    accountsOfOpenInvoices: (from) => {
      since.push(from);
      return streamed("open invoices", found.open);
    },
  };
  const telemetry = new CollectedTelemetry();
  const all: ScanDeps = {
    candidates: () => candidates,
    workQueue: {
      depth: async () => depth,
      send: async (accountIds) => {
        const sent = [...accountIds];
        queued.push(...sent);
        happened.push("queued");
        return sent.length;
      },
    },
    lastScan: {
      read: async () => remembered,
      write: async (startedAt) => {
        remembered = startedAt;
        happened.push("remembered");
      },
    },
    paymentRuns: () => ({ ...noPaymentRuns, ...watch }),
    refusedScans: {
      read: async () => refused,
      write: async (scans) => {
        refused = scans;
      },
    },
    switchReader: { read: async (): Promise<Switch> => "on" },
    telemetry,
    clock,
    zuoraTime: (ours) => ours,
    random: () => 0,
    policy: policy(),
    ...deps,
  };
  const run = (kind: ScanKind = "full") => scan(all, kind);
  const approve = (runId: string) => approveScan(all, runId);
  return {
    run,
    approve,
    happened,
    queued,
    since,
    before,
    telemetry,
    clock,
    lastScan: () => remembered,
    refused: () => refused,
  };
};
