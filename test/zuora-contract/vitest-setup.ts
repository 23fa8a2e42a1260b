import { afterAll, afterEach, expect } from "vitest";
import { takeProblems, watchWire } from "./watch.ts";

watchWire();

const expectNoProblems = () => expect(takeProblems(), "differs from test/zuora-contract").toEqual([]);

afterEach(expectNoProblems);
afterAll(expectNoProblems);
