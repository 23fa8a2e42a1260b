import type { Telemetry } from "../../functions/app/telemetry-ports.ts";
import { systemClock } from "../../functions/aws/clock.ts";
import { SettlementError } from "../../functions/domain/errors.ts";
import { connect } from "../../functions/zuora/http/connect.ts";
import { createGotTransport } from "../../functions/zuora/http/got-transport.ts";
import { scannerPatience } from "../../functions/zuora/http/retry.ts";
import type { Tokens } from "../../functions/zuora/http/token.ts";
import { createRecords } from "../../functions/zuora/records/records.ts";
import type { TenantAccess } from "./run-adjustments.ts";
import type { RunAdjustment } from "./totals.ts";

/** Long enough for Zuora's own limit, short enough for somebody who waits for a report. */
const timeoutMs = 30_000;
const patienceMs = 60_000;

const silent: Telemetry = { info: () => {}, warn: () => {}, count: () => {} };

/**
 * Reads what Zuora itself recorded for a run, with the adapter that the functions use. Where Zuora does not answer,
 * the report falls back on what the functions said, and says so.
 */
export const zuoraRecords =
  (note: (line: string) => void) =>
  async (
    runId: string,
    { baseUrl, clientId, clientSecret, tenant, token }: TenantAccess,
  ): Promise<readonly RunAdjustment[] | undefined> => {
    const connected = connect({
      transport: createGotTransport(baseUrl, timeoutMs),
      credentials: { read: async () => ({ clientId, clientSecret }) },
      clock: systemClock,
      random: Math.random,
      telemetry: silent,
      patience: scannerPatience,
      timeoutMs,
      concurrency: 1,
      busyPauseMs: 1_000,
      ...(tenant.kind === "simulator" ? {} : { entityIds: tenant.entityIds, orgIds: tenant.orgIds }),
    });
    const connection = { ...connected, tokens: startingWith(token, connected.tokens) };
    const giveUpAt = Date.now() + patienceMs;
    try {
      const records = createRecords(connection, { trackId: runId, remainingMs: () => giveUpAt - Date.now() });
      return (await records.adjustmentsOfRun(runId)).filter(({ status }) => status === "Processed");
    } catch (error) {
      if (!(error instanceof SettlementError)) throw error;
      note(`totals are what the functions said, since Zuora's records could not be read: ${error.code}`);
      return undefined;
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
