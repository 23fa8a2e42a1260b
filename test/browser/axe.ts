import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/**
 * What axe finds wrong on a page, by day and by night, each with its rule and its element; WCAG 2.2 AA and axe's
 * advice.
 */
export const faultsOf = async (page: Page): Promise<readonly string[]> => {
  // By the debugger's door: the page itself may load no script but its own.
  await page.evaluate(axe.source);
  await page.emulateMedia({ colorScheme: "light" });
  const faults = await run(page, {});
  await page.emulateMedia({ colorScheme: "dark" });
  // Nothing but colours differs by night.
  return [...faults, ...(await run(page, { runOnly: ["color-contrast"] }))];
};

const run = async (page: Page, options: object): Promise<readonly string[]> => {
  const asked = JSON.stringify({ resultTypes: ["violations"], ...options });
  const { violations } = (await page.evaluate(`axe.run(${asked})`)) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => `${id}: ${target} ${failureSummary}`),
  );
};
