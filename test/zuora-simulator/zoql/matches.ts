import type { Money } from "../../../functions/domain/money.ts";
import type { Value } from "../records.ts";
import type { Comparison } from "./parse.ts";
import type { Operator } from "./reader.ts";

/** Whether a value satisfies one comparison. A null satisfies `= null` and `!=` of anything else. */
export const satisfies = (value: Value, comparison: Comparison): boolean =>
  compareOne(value, comparison) !== comparison.isNegated;

const compareOne = (value: Value, { operator, operand }: Comparison): boolean => {
  if (operand.type === "null") return (value === undefined) === (operator === "=");
  if (value === undefined) return operator === "!=";
  switch (operand.type) {
    case "pattern":
      return operand.pattern.test(String(value));
    case "number":
      return isInOrder((value as Money).cmp(operand.number), operator);
    case "dateTime":
      return isInOrder((value as number) - operand.instant, operator);
    case "boolean":
      return isInOrder(value === operand.truth ? 0 : 1, operator);
    case "text":
      return isInOrder(value === operand.text ? 0 : String(value) < operand.text ? -1 : 1, operator);
  }
};

const isInOrder = (order: number, operator: Operator): boolean => {
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "like":
      return false;
  }
};
