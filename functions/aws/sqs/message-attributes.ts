import type { MessageAttributeValue } from "@aws-sdk/client-sqs";

/** SQS allows these control characters in an attribute: tab, line feed, carriage return, and no others. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** What the attribute `dryRun` says where it is there. */
export const dryMark = "true";

/** Message attributes of type String. SQS refuses empty values, so an absent or empty one is left out. */
export const textAttribute = (
  values: Readonly<Record<string, string | undefined>>,
): Record<string, MessageAttributeValue> =>
  Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value?.replaceAll(forbidden, " ") ?? ""] as const)
      .filter(([, value]) => value !== "")
      .map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
  );
