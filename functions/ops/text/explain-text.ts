import type { AccountExplanation, ExplainedAccountInvoice } from "../../app/records/explain-account.ts";
import {
  memoWords,
  obstacleWords,
  pastWords,
  type VerdictWords,
  verdictWords,
} from "../../app/records/explanation-words.ts";
import { holdWords } from "../../app/records/hold-words.ts";
import { payerOf } from "../../domain/credit/apply-credit-memos.ts";
import { formatMoney } from "../../domain/currency.ts";
import type { PageLinks } from "../../zuora/page-links.ts";
import type { MoreAbout } from "../system/look-at.ts";
import { type Look, paint } from "./look.ts";
import { wrapped } from "./wrapped.ts";

/** What `explain` knows, for programs. Amounts are decimal text. */
export const explanationData = (explained: AccountExplanation, { pages, savedQuery }: MoreAbout) => ({
  accountId: explained.accountId,
  accountNumber: explained.accountNumber,
  status: explained.status,
  currency: explained.currency,
  creditBalance: formatMoney(explained.creditBalance, explained.currency),
  holds: explained.holds.map((reason) => ({ reason, ...holdWords[reason] })),
  obstacles: explained.obstacles.map((obstacle) => obstacleWords(obstacle, explained)),
  invoices: explained.invoices.map((each) => ({
    invoiceNumber: each.invoice.number,
    balance: formatMoney(each.invoice.balance, each.invoice.currency),
    dueDate: each.invoice.dueDate,
    verdict: each.verdict.kind,
    ...("reason" in each.verdict ? { reason: each.verdict.reason } : {}),
    ...verdictWords(each.verdict, explained),
    past: pastWords(each, explained.currency),
    ...(pages === undefined ? {} : { page: pages.invoice(each.invoice.id) }),
  })),
  ...(explained.creditMemos.length === 0
    ? {}
    : {
        creditMemos: explained.creditMemos.map((each) => ({
          creditMemoNumber: each.creditMemo.number,
          unapplied: formatMoney(each.creditMemo.unapplied, each.creditMemo.currency),
          ...(each.hold === undefined ? {} : { reason: each.hold }),
          ...memoWords(each, explained),
        })),
      }),
  ...(explained.payments.length === 0
    ? {}
    : {
        payments: explained.payments.map((each) => ({
          paymentNumber: each.payment.number,
          unapplied: formatMoney(each.payment.unapplied, each.payment.currency),
          ...(each.hold === undefined ? {} : { reason: each.hold }),
          ...memoWords(each, explained),
        })),
      }),
  ...(pages === undefined ? {} : { page: pages.account(explained.accountId) }),
  ...(savedQuery === undefined ? {} : { savedQuery }),
});

/** The same for a person. */
export const explanationText = (
  explained: AccountExplanation,
  { pages, savedQuery }: MoreAbout,
  look: Look,
): string => {
  const { accountNumber, accountId, status, currency, creditBalance, invoices } = explained;
  const credit = `credit balance ${formatMoney(creditBalance, currency)} ${currency}`;
  const whole = explained.holds.filter((reason) => !invoices.some(({ verdict }) => isHeldBy(verdict, reason)));
  return [
    `${paint(look, "strong", `Account ${accountNumber}`)} (${accountId}), ${status}, ${credit}\n`,
    ...(pages === undefined ? [] : [`  ${pages.account(accountId)}\n`]),
    ...explained.obstacles.map((obstacle) => `\n${wordsText(obstacleWords(obstacle, explained), "", look)}`),
    ...whole.map((reason) => {
      const { means, who, release } = holdWords[reason];
      return `\n${wordsText({ says: `Its credit stays (${reason}). ${means}`, who, release }, "", look)}`;
    }),
    invoices.length === 0 ? "\nNo invoice of it is negative or open, and none was lately.\n" : "",
    ...invoices.map((each) => `\n${invoiceText(each, explained, pages, look)}`),
    ...[...explained.creditMemos, ...explained.payments].map((each) => {
      const { number, unapplied, amount, currency } = payerOf(each);
      const what = "payment" in each ? "Payment" : "Credit memo";
      const money = `${formatMoney(unapplied, currency)} of ${formatMoney(amount, currency)} ${currency} unapplied`;
      const title = paint(look, "strong", `${what} ${number}, ${money}`);
      return `\n${title}\n${wordsText(memoWords(each, explained), "  ", look)}`;
    }),
    savedQuery === undefined ? "" : `\nIts log lines: CloudWatch, Logs Insights, saved query ${savedQuery}\n`,
  ].join("");
};

const isHeldBy = (verdict: ExplainedAccountInvoice["verdict"], reason: string): boolean =>
  verdict.kind === "held" && verdict.reason === reason;

const invoiceText = (
  each: ExplainedAccountInvoice,
  explained: AccountExplanation,
  pages: PageLinks | undefined,
  look: Look,
): string => {
  const { number, id, balance, currency, dueDate } = each.invoice;
  const title = `Invoice ${number}, balance ${formatMoney(balance, currency)} ${currency}, due ${dueDate}`;
  return [
    `${paint(look, "strong", title)}\n`,
    ...(pages === undefined ? [] : [`  ${pages.invoice(id)}\n`]),
    wordsText(verdictWords(each.verdict, explained), "  ", look),
    ...pastWords(each, explained.currency).map((line) => `  ${paint(look, "quiet", line)}\n`),
  ].join("");
};

const wordsText = ({ says, who, release }: VerdictWords, indent: string, look: Look): string => {
  const acts = who === undefined || who === "nobody" ? "Nobody has to act." : `Who acts: ${who}.`;
  const ending = release === undefined ? "" : ` ${acts} ${release}`;
  return wrapped(`${says}${ending}`, indent, look);
};
