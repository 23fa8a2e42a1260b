import { MultiBar } from "cli-progress";
import { writeDuration } from "./text/duration.ts";

/** How far something long has come. */
export type Progress = {
  /** @param detail more about it, in a few words */
  told(done: number, of: number, detail?: string): void;
  /** Leaves nothing of itself on a terminal. */
  end(): void;
};

/** A stream that people or files read notes from, such as stderr. */
export type NoteStream = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Notes, and a bar below them while something long goes on. */
export type Notes = {
  /** One line. */
  note(line: string): void;
  /** @param what is counted, such as `accounts planned` */
  progress(what: string): Progress;
};

/** A log is not read while it is written: a line a second is enough. */
const lineEveryMs = 1_000;

/**
 * Notes on a stream. Progress is a bar with rate and time left on a terminal, and a line a second everywhere else.
 *
 * @param now milliseconds, from wherever
 */
export const notesOn = (stream: NoteStream, now: () => number): Notes => {
  const bars = new MultiBar({
    stream,
    format: "{what} [{bar}] {value}/{total}{pace}",
    barsize: 16,
    // Wrapping stays as it is, also where the process is killed; what is too long is cut.
    linewrap: true,
    hideCursor: false,
    clearOnComplete: true,
    forceRedraw: true,
    gracefulExit: false,
  });
  const note = (line: string) => {
    if (!bars.isActive) return void stream.write(`${line}\n`);
    bars.log(`${line}\n`);
    bars.update();
  };
  return { note, progress: (what) => (stream.isTTY === true ? barIn(bars, what, now) : linesOf(note, what, now)) };
};

const barIn = (bars: MultiBar, what: string, now: () => number): Progress => {
  let began: { readonly at: number; readonly done: number } | undefined;
  let bar: ReturnType<MultiBar["create"]> | undefined;
  return {
    told: (done, of, detail) => {
      began ??= { at: now(), done };
      const pace = paceText(done - began.done, of - done, now() - began.at);
      const payload = { what, pace: detail === undefined ? pace : `${pace} · ${detail}` };
      bar ??= bars.create(of, 0, payload);
      bar.setTotal(of);
      bar.update(done, payload);
    },
    end: () => {
      if (bars.isActive) bars.stop();
    },
  };
};

const linesOf = (note: (line: string) => void, what: string, now: () => number): Progress => {
  let lastAt = now();
  return {
    told: (done, of, detail) => {
      if (now() - lastAt < lineEveryMs) return;
      lastAt = now();
      note(`${done} of ${of} ${what}${detail === undefined ? "" : `, ${detail}`}`);
    },
    end: () => {},
  };
};

/** How fast, and how much longer at that: `, 45/s, 2m left`. Nothing where nothing can be told yet. */
const paceText = (done: number, left: number, elapsedMs: number): string => {
  if (done === 0 || elapsedMs <= 0) return "";
  const perSecond = (done * 1000) / elapsedMs;
  const rate = perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond);
  return `, ${rate}/s, ${writeDuration((left * 1000) / perSecond)} left`;
};
