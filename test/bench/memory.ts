import { readdirSync, readFileSync } from "node:fs";

const everyMs = 250;

/** The most memory that processes whose command line contains a word had at any look, in MiB; undefined off Linux. */
export const watchMemory = (word: string): { stop(): number | undefined } => {
  let peakKb: number | undefined;
  const look = () => {
    for (const kb of residentKb(word)) peakKb = Math.max(peakKb ?? 0, kb);
  };
  const timer = setInterval(look, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return peakKb === undefined ? undefined : Math.round(peakKb / 1024);
    },
  };
};

const residentKb = (word: string): readonly number[] => {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => ofProcess(pid, word));
  } catch {
    return [];
  }
};

const ofProcess = (pid: string, word: string): readonly number[] => {
  try {
    if (!readFileSync(`/proc/${pid}/environ`, "latin1").includes(word)) return [];
    const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
    return kb === undefined ? [] : [Number(kb)];
  } catch {
    // It has ended meanwhile.
    return [];
  }
};
