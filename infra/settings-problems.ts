import type * as z from "zod";
import { isZuoraHost } from "../functions/app/config/zuora-host.ts";
import type { Mode } from "../functions/domain/credit/mode.ts";
import { contradictionOf } from "../functions/domain/policy.ts";
import { type StageSettings, settingsSchema } from "./settings-schema.ts";
import { asksForRevenue, callsOfOthers } from "./zuora-calls.ts";

type Figures = { readonly [key in keyof StageSettings]?: unknown };

/** @param policy as it is written down, checked or not */
const asksForSourceItems = (policy: unknown): boolean =>
  (policy as { readonly creditMemoApplicationRule?: unknown } | undefined)?.creditMemoApplicationRule === "source-item";

/** What must hold between settings that are each right by themselves: the setting that is named, and what is wrong. */
const relations: readonly ((settings: Figures) => readonly [keyof StageSettings, string] | undefined)[] = [
  ({ zuoraCallsMax, scannerCallsMax, processorsMax, calloutSecretName, policy }) => {
    const least = Number(processorsMax) + callsOfOthers({ scannerCallsMax, calloutSecretName, policy });
    const wrong = `expected at least ${least}: scannerCallsMax, and one for each processor, scanner of callouts and environment of the revenue pass`;
    return Number(zuoraCallsMax) < least ? ["zuoraCallsMax", wrong] : undefined;
  },
  ({ zuoraBaseUrl, otherZuoraHost }) =>
    typeof zuoraBaseUrl === "string" && !isZuoraHost(zuoraBaseUrl, otherZuoraHost?.toString())
      ? ["zuoraBaseUrl", "expected https and a host of Zuora's, or its host named in otherZuoraHost as well"]
      : undefined,
  ({ mode, policy }) =>
    mode === "credit-balance" && asksForSourceItems(policy)
      ? ["policy", "expected creditMemoApplicationRule default: in mode credit-balance no credit memo is applied"]
      : undefined,
  ({ mode, policy }) =>
    mode === "credit-memos" && asksForRevenue(policy)
      ? ["policy", "expected revenue off: in mode credit-memos no negative invoice is settled whose revenue could move"]
      : undefined,
  ({ mode, policy }) => {
    const contradiction = contradictionOf(Object(policy), mode as Mode);
    return contradiction === undefined ? undefined : ["policy", contradiction];
  },
  ({ zuoraSecretName, calloutSecretName }) =>
    calloutSecretName !== undefined && calloutSecretName === zuoraSecretName
      ? ["calloutSecretName", "expected another secret than zuoraSecretName"]
      : undefined,
];

/** Everything that is wrong with a stage's settings, one line each; a value is repeated where it is no text. */
export const problemsOf = (settings: Readonly<Record<string, unknown>>): readonly string[] => {
  const { error } = settingsSchema.safeParse(settings);
  const wrong = (error?.issues ?? []).map((issue) => ({ path: issue.path, text: textOf(issue, settings) }));
  const names = new Set(wrong.map(({ path }) => path[0]));
  const unrelated = relations.flatMap((relation) => {
    const [name, text] = relation(settings) ?? [];
    return name === undefined || names.has(name) ? [] : [{ path: [name], text: `${text}${cameOf(settings[name])}` }];
  });
  return [...wrong, ...unrelated].map(({ path, text }) => (path.length === 0 ? text : `${path.join(".")}: ${text}`));
};

const textOf = ({ path, message }: z.core.$ZodIssue, settings: unknown): string => {
  const value = path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key],
    settings,
  );
  if (value === undefined && path.length > 0) return `missing (${message})`;
  return `${message}${cameOf(value)}`;
};

const cameOf = (value: unknown): string =>
  typeof value === "number" || typeof value === "string" ? `, got ${JSON.stringify(value)}` : "";
