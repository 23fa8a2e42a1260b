import { describe, expect, it } from "vitest";
import { problemsOf, readProblems } from "../../../../functions/app/dead-letters/problems.ts";
import { deadLetter, FakeDeadLetters } from "../../fakes/fake-dead-letters.ts";

describe("dead letters", () => {
  it("of one account are one problem: the last says what it is, the first since when", () => {
    const first = deadLetter("a", {
      attributes: { errorCode: "NOT_CONVERGED", attempts: "5", firstFailedAt: "2026-03-01T00:00:00.000Z" },
    });
    expect(problemsOf([first, deadLetter("b"), deadLetter("a")])).toMatchObject([
      { accountId: "a", code: "ZUORA_REJECTED", attempts: 7, since: "2026-03-01T00:00:00.000Z" },
      { accountId: "b", code: "ZUORA_REJECTED", attempts: 2 },
    ]);
  });

  it("that SQS itself set aside are UNKNOWN, with the receives that it counted", () => {
    const [problem] = problemsOf([deadLetter("a", { attributes: {}, receiveCount: 6 })]);
    expect(problem).toMatchObject({ code: "UNKNOWN", attempts: 5, since: "2026-03-16T11:00:00.000Z" });
  });

  it("that name no account go by their message group", () => {
    expect(problemsOf([deadLetter("group", { body: "{}" })])).toMatchObject([
      { accountId: "group", namesAccount: false },
    ]);
  });

  it("are all seen and none is left hidden, also when looking fails", async () => {
    const queue = new FakeDeadLetters(Array.from({ length: 25 }, (_, index) => deadLetter(`account-${index}`)));
    expect(await readProblems(queue)).toHaveLength(25);
    expect(queue.hidden.size).toBe(0);
    const receive = queue.receive;
    let receives = 0;
    queue.receive = async (seconds) => {
      receives += 1;
      if (receives === 3) throw new Error("SQS is down");
      return receive(seconds);
    };
    await expect(readProblems(queue)).rejects.toThrow("SQS is down");
    expect(queue.hidden.size).toBe(0);
  });
});
