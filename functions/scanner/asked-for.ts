import * as z from "zod";
import type { Posting, ScanKind } from "../app/scan/ports.ts";
import { ConfigError } from "../domain/errors.ts";

const posting = z.object({ kind: z.enum(["bill-run", "invoice"]), id: z.string().min(1) });

const wanted = z.union([z.object({ kind: z.enum(["incremental", "full"]) }), posting]);

/** What one invocation of the scanner is to look for. */
export type AskedFor = { readonly kind: ScanKind } | Posting;

/**
 * What a schedule or an engineer asks for.
 *
 * @throws {ConfigError} for anything else
 */
export const askedFor = (event: unknown): AskedFor => {
  const parsed = wanted.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new ConfigError('expected an event {"kind":"incremental"|"full"} or {"kind":"bill-run"|"invoice","id":"…"}');
};

/**
 * One scan for whatever was called out meanwhile: a tenant may call out once for each invoice of a bill run. Several
 * postings are found by a scan of what changed, as fast as one of them by itself.
 *
 * @throws {ConfigError} for a message that is no posting
 */
export const askedForTogether = (messages: readonly unknown[]): AskedFor => {
  const postings = messages.map((message) => posting.safeParse(message).data);
  if (postings.some((each) => each === undefined)) throw new ConfigError("expected messages that each name a posting");
  const distinct = new Map(postings.map((each) => [`${each?.kind} ${each?.id}`, each]));
  const [only, ...others] = distinct.values();
  return only !== undefined && others.length === 0 ? only : { kind: "incremental" };
};
