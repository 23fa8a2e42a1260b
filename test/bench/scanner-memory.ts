import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findAccounts } from "../../functions/app/scan/find-accounts.ts";
import type { NegativeInvoice } from "../../functions/app/scan/ports.ts";
import { fromDecimal } from "../../functions/domain/money.ts";
import { nodeOptions } from "../../infra/node-options.ts";
import { readBody } from "../local/loopback-server.ts";

/** As deployed: V8 is told what it has, so that garbage does not count. */
const heap = nodeOptions(512).split(" ");

/** Peak memory in MiB of a fresh process that finds so many accounts, each with one negative invoice. */
export const scannerMemory = async (accounts: number): Promise<number> => {
  const child = spawn(process.execPath, [...heap, fileURLToPath(import.meta.url), `${accounts}`]);
  return Number(await readBody(child.stdout));
};

const rows = async function* (accounts: number): AsyncGenerator<NegativeInvoice> {
  for (let index = 0; index < accounts; index += 1) {
    // As ids come out of JSON: each a text of its own.
    const tail = Buffer.from(index.toString(16).padStart(29, "0"), "latin1").toString("latin1");
    yield {
      id: `8ab${tail}`,
      accountId: `8aa${tail}`,
      balance: fromDecimal("-12.00"),
      currency: "GBP",
      postedAt: index,
    };
  }
};

const nothing = async function* (): AsyncGenerator<string> {};

if (import.meta.main) {
  const accounts = Number(process.argv[2]);
  const found = await findAccounts(
    { negativeInvoices: () => rows(accounts), accountsWithCredit: nothing, accountsOfOpenInvoices: nothing },
    { since: undefined },
  );
  if (found.accounts.size !== accounts) throw new Error("not all were found");
  process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));
}
