import type * as z from "zod";

/** Reads a text as JSON against a schema. What is no JSON is told as any other value that the schema does not know. */
export const parseJson = <S extends z.ZodType>(
  schema: S,
  text: string | undefined,
): z.ZodSafeParseResult<z.output<S>> => schema.safeParse(jsonOf(text ?? ""));

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
