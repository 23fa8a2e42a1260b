import { createHash } from "node:crypto";

/** An invocation beyond so many in one chain of requests is stopped, unless the function is allowed to loop. */
export const recursionMax = 16;

/** How often each function was invoked in the chain of requests that led here, by the digest of its ARN. */
type Lineage = ReadonlyMap<string, number>;

/**
 * The trace header of one invocation: a new root, and the lineage of what led to it with this invocation counted. The
 * SDK passes it on with whatever the function sends; SQS keeps it as the message's `AWSTraceHeader`.
 *
 * @param inherited the trace headers that came with the event. AWS does not document what becomes of several, as in a
 *   batch: here the longest chain of any of them counts, which is the worst that could be
 */
export const traceHeaderOf = (requestId: string, functionArn: string, inherited: readonly string[]): string => {
  const lineage = new Map(mergedOf(inherited.map(lineageIn)));
  lineage.set(digestOf(functionArn), countIn(functionArn, inherited) + 1);
  const text = [...lineage].map(([digest, count]) => `${digest}:${count}`).join("|");
  const id = requestId.replaceAll("-", "");
  return `Root=1-${id.slice(0, 8)}-${id.slice(8)};Sampled=0;Lineage=${text}`;
};

/** How often a function was invoked already in the longest chain of those that came with an event. */
export const countIn = (functionArn: string, inherited: readonly string[]): number =>
  mergedOf(inherited.map(lineageIn)).get(digestOf(functionArn)) ?? 0;

/** The trace headers that came with an event: those of its messages. */
export const traceHeadersIn = (event: unknown): readonly string[] => {
  const { Records } = (event ?? {}) as { Records?: readonly { attributes?: { AWSTraceHeader?: string } }[] };
  return (Records ?? []).flatMap(({ attributes }) => attributes?.AWSTraceHeader ?? []);
};

/** AWS X-Ray: "Tracing header" shows a lineage as `Lineage=a87bd80c:1|68fd508a:5|c512fbe3:2`. */
const lineageIn = (traceHeader: string): Lineage => {
  const [, text = ""] = /(?:^|;)Lineage=([0-9a-f:|]+)/.exec(traceHeader) ?? [];
  const pairs = text.split("|").map((each) => each.split(":"));
  return new Map(pairs.flatMap(([digest, count]) => (digest && count ? [[digest, Number(count)] as const] : [])));
};

const mergedOf = (lineages: readonly Lineage[]): Lineage => {
  const merged = new Map<string, number>();
  for (const [digest, count] of lineages.flatMap((each) => [...each])) {
    merged.set(digest, Math.max(count, merged.get(digest) ?? 0));
  }
  return merged;
};

const digestOf = (functionArn: string): string => createHash("sha256").update(functionArn).digest("hex").slice(0, 8);
