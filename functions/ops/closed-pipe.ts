/**
 * Keeps a program alive whose reader has gone, as `head` does once it has seen enough: what was begun goes on to its
 * end, and is written to nobody. Any other trouble of the stream still ends the program.
 */
export const outliveReader = (stream: NodeJS.WriteStream): void => {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
};
