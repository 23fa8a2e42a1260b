import { nameMax, shortened } from "./table.ts";

/** Who, where and when stand in the whole entry; the person in front of the terminal knows them. */
const known = new Set(["time", "system", "caller", "command", "action", "body", "attributes", "messageId", "sentAt"]);

/** An entry of the journal in one short line, for who sits in front of it. */
export const auditText = (entry: Readonly<Record<string, unknown>>): string => {
  const facts = Object.entries(entry)
    .filter(([name, value]) => !known.has(name) && typeof value !== "object" && value !== undefined)
    .map(([name, value]) => `${name} ${inShort(String(value))}`);
  return `· ${[String(entry["action"]), ...facts].join(", ")}`;
};

/** Zuora's ids by their two ends; what people wrote, whole. */
const inShort = (text: string): string => (/\s/.test(text) || text.length <= nameMax ? text : shortened(text, 14));
