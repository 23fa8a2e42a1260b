/** So many of something, in the one grammar of all texts: `1 account`, `2 accounts`. */
export const count = (n: number, noun: string, plural = `${noun}s`): string => `${n} ${n === 1 ? noun : plural}`;
