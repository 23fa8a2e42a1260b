import { expect, it } from "vitest";
import { receive } from "../../../../functions/zuora/http/answers/answer.ts";
import { createZuoraClock } from "../../../../functions/zuora/http/zuora-clock.ts";

const noon = Date.parse("2026-03-16T12:00:00Z");

const answeredAt = (headers: Readonly<Record<string, string>>) =>
  receive({ status: 200, headers, body: "{}" }).answeredAt;

it("is our own clock until an answer has told the time", () => {
  const clock = createZuoraClock(() => noon);
  expect(clock.at(noon)).toBe(noon);
  clock.notice(answeredAt({}));
  clock.notice(answeredAt({ date: "some day" }));
  expect(clock.at(noon)).toBe(noon);
});

it.each([
  ["behind", "Mon, 16 Mar 2026 11:50:00 GMT", -600_000],
  ["ahead", "Mon, 16 Mar 2026 12:00:30 GMT", 30_000],
])("tells instants of ours as they are on a clock that is %s", (_name, date, aheadMs) => {
  const clock = createZuoraClock(() => noon);
  clock.notice(answeredAt({ date }));
  expect(clock.at(noon - 5_000)).toBe(noon - 5_000 + aheadMs);
});
