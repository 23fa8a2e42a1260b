import { composeDigest } from "../../../functions/app/records/digest/compose-digest.ts";
import type { ReportFile } from "../../../functions/app/records/ports.ts";
import { findSystem } from "../../../functions/ops/system/find-system.ts";
import { revenueReader } from "../../../functions/ops/system/look-at.ts";
import { openSystem } from "../../../functions/ops/system/open-system.ts";

const noAws = (): never => {
  throw new Error("no AWS here");
};

/**
 * Composes the digest of a local system as if it were another time.
 *
 * @param local the file that describes the system
 * @param now epoch milliseconds
 */
export const composeNow = async (local: string, now: number) => {
  const system = openSystem(await findSystem({ local }, {}, noAws), () => {});
  const kept = new Map<string, readonly ReportFile[]>();
  try {
    const digest = await composeDigest(
      {
        ...system,
        candidates: system.candidates(),
        paymentRuns: system.paymentRuns(),
        readRevenue: revenueReader(system),
        timeZone: system.config.zuoraTimeZone,
        systemName: system.name,
        deadLetters: [system.deadLetters],
        archive: {
          keep: async (folder, files) => {
            kept.set(folder, files);
            return { place: `kept in ${folder}` };
          },
        },
      },
      now,
    );
    return {
      digest,
      folders: [...kept.keys()],
      csv: (folder: string, table: string): string =>
        kept.get(folder)?.find(({ name }) => name === `${table}.csv`)?.text ?? "",
    };
  } finally {
    system.close();
  }
};
