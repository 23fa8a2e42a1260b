import type { Clock } from "../../functions/app/ports.ts";
import { count } from "../../functions/app/records/count.ts";
import type { Telemetry } from "../../functions/app/telemetry-ports.ts";
import { hasCreditBalance, hasCreditMemos, type Mode } from "../../functions/domain/credit/mode.ts";
import { SettlementError } from "../../functions/domain/errors.ts";
import { createClient } from "../../functions/zuora/http/client.ts";
import { connect } from "../../functions/zuora/http/connect.ts";
import { createGotTransport } from "../../functions/zuora/http/got-transport.ts";
import { scannerPatience } from "../../functions/zuora/http/retry.ts";
import type { Tokens } from "../../functions/zuora/http/token.ts";
import { createRecords } from "../../functions/zuora/records/records.ts";
import { memoApplicationsOf } from "./memo-applications.ts";
import type { ConfirmedAdjustment, ReadRunAdjustments } from "./run-adjustments.ts";

/** Long enough for Zuora's own limit, short enough for somebody who waits for a report. */
const timeoutMs = 30_000;
const patienceMs = 60_000;

const silent: Telemetry = { info: () => {}, warn: () => {}, count: () => {} };

/**
 * Zuora may read from a copy that is seconds behind what it has just confirmed: so long, and so often, it is asked
 * again.
 */
const lagMaxMs = 15_000;
const lagPauseMs = 500;

type Deps = {
  /** Says something to a person: one line. */
  readonly note: (line: string) => void;
  readonly clock: Clock;
  readonly mode?: Mode;
  /** Whether payments were applied as well. */
  readonly appliesPayments?: boolean;
};

/**
 * Reads what Zuora itself recorded for a run, with the adapter that the functions use. What Zuora confirmed and does
 * not show in time is counted as it was confirmed, and so is everything where Zuora does not answer; a line says so.
 */
export const zuoraRecords =
  ({ note, clock, mode = "credit-balance", appliesPayments = false }: Deps): ReadRunAdjustments =>
  async (runId, access, confirmed) => {
    const { baseUrl, clientId, clientSecret, tenant, token } = access;
    const connected = connect({
      transport: createGotTransport(baseUrl, timeoutMs),
      credentials: { read: async () => ({ clientId, clientSecret }) },
      clock,
      random: Math.random,
      telemetry: silent,
      patience: scannerPatience,
      timeoutMs,
      concurrency: 1,
      busyPauseMs: 1_000,
      ...(tenant.kind === "simulator" ? {} : { entityIds: tenant.entityIds, orgIds: tenant.orgIds }),
    });
    const connection = { ...connected, tokens: startingWith(token, connected.tokens) };
    const startedAt = clock.now();
    const remainingMs = () => startedAt + patienceMs - clock.now();
    try {
      const client = createClient(connection, { trackId: runId, remainingMs });
      const readApplications = async (): Promise<readonly ConfirmedAdjustment[]> =>
        hasCreditMemos(mode) ? memoApplicationsOf(client, connection, runId, appliesPayments) : [];
      const { adjustmentsOfRun } = createRecords(connection, { trackId: runId, remainingMs });
      for (;;) {
        const adjustments = hasCreditBalance(mode) ? await adjustmentsOfRun(runId) : [];
        const applications = await readApplications();
        // A person may have canceled one since, so that its record counts whatever its status.
        const ids = new Set([...adjustments, ...applications].map(({ id }) => id));
        const missing = confirmed.filter(({ id }) => !ids.has(id));
        if (missing.length > 0 && clock.now() - startedAt < lagMaxMs) {
          await clock.sleep(lagPauseMs);
          continue;
        }
        if (missing.length > 0) {
          const many = count(missing.length, "adjustment");
          note(`Zuora's records do not show ${many} that it confirmed: counted as confirmed`);
        }
        return [...adjustments.filter(({ status }) => status === "Processed"), ...applications, ...missing];
      }
    } catch (error) {
      if (!(error instanceof SettlementError)) throw error;
      note(`totals are what Zuora confirmed, since its records could not be read: ${error.code}`);
      return confirmed;
    }
  };

/** The token at hand as long as Zuora takes it. */
const startingWith = (token: string | undefined, tokens: Tokens): Tokens => {
  let first = token;
  return {
    current: async () => first ?? tokens.current(),
    userId: tokens.userId,
    refuse: (refused) => {
      first = undefined;
      tokens.refuse(refused);
    },
  };
};
