import type { Writable } from "node:stream";
import type { WriteStream } from "node:tty";
import { styleText } from "node:util";

/** What a text is to a reader, for where there is colour. */
export type Tone = "good" | "bad" | "warn" | "quiet" | "strong";

/** How wide texts may be, and whether they have colour. */
export type Look = {
  /** Columns of the terminal; absent where the text goes to a file or a program, which take any width. */
  readonly columns?: number | undefined;
  readonly hasColour: boolean;
};

/** For files and programs: as wide as it comes, and no colour. */
export const plain: Look = { hasColour: false };

/** What a stream shows: a terminal has a width, and colour unless `NO_COLOR` says otherwise. */
export const lookOf = (stream: WriteStream | (Writable & { readonly isTTY?: false | undefined })): Look => {
  if (stream.isTTY !== true) return plain;
  return { columns: stream.columns, hasColour: stream.hasColors() };
};

const formats = { good: "green", bad: "red", warn: "yellow", quiet: "dim", strong: "bold" } as const;

export const paint = ({ hasColour }: Look, tone: Tone, text: string): string =>
  hasColour ? styleText(formats[tone], text, { validateStream: false }) : text;
