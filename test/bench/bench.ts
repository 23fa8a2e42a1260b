import { Command, InvalidArgumentError } from "commander";
import { benchOverHttp, type OverHttp } from "./over-http.ts";
import { benchVirtually } from "./virtual/bench-virtually.ts";

const numbers = (text: string): readonly number[] =>
  text.split(",").map((each) => {
    if (/^[1-9]\d{0,6}$/.test(each)) return Number(each);
    throw new InvalidArgumentError("Expected whole numbers with commas between them.");
  });

const count = (text: string): number => {
  const [number = 1, ...others] = numbers(text);
  if (others.length === 0) return number;
  throw new InvalidArgumentError("Expected a whole number.");
};

const { virtual, ...options } = new Command("npm run bench --")
  .description("Measures the whole system against a floor and the usual script, on a simulated tenant far away.")
  .option("--accounts <LIST>", "sizes of the tenant", numbers, [1_000, 10_000])
  .option("--times <N>", "how often each size is measured: the median is shown, and the spread", count, 1)
  .option("--virtual", "in virtual time: Zuora's pace and nobody's processor; no processes, no memory")
  .option(
    "--scans <LIST>",
    "sizes of a tenant that is only scanned, by HTTP; a million takes a quarter of an hour",
    numbers,
  )
  .option("--plots <FOLDER>", "where the plots are written to as SVG")
  .option("--skip-parts", "leave out small batches, cold start and the scanner's memory")
  .allowExcessArguments(false)
  .parse()
  .opts<OverHttp & { virtual?: true }>();

await (virtual ? benchVirtually(options) : benchOverHttp(options));
