/** One period of an alarm: whether its figure breaches the threshold, or nothing where there is no figure. */
export type Point = boolean | undefined;

export type EvaluationRule = {
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData: string;
};

/**
 * How many periods CloudWatch retrieves: more than it evaluates. The exact number is not documented; in the tables of
 * its documentation it is five for three.
 */
export const evaluationRange = (evaluationPeriods: number): number => evaluationPeriods + 2;

/**
 * What CloudWatch makes of the periods it retrieved, the oldest first (AWS: "Configuring how CloudWatch alarms treat
 * missing data"). Real points come first, also those from before the periods that count; what is missing is filled in
 * only where there are too few real ones.
 */
export const alarmState = (retrieved: readonly Point[], rule: EvaluationRule): "ALARM" | "OK" => {
  const { EvaluationPeriods: evaluated, DatapointsToAlarm: needed = evaluated } = rule;
  const real = retrieved.filter((point) => point !== undefined).slice(-evaluated);
  const filled = isMissingBreaching(rule) ? evaluated - real.length : 0;
  return real.filter(Boolean).length + filled >= needed ? "ALARM" : "OK";
};

const isMissingBreaching = ({ TreatMissingData }: EvaluationRule): boolean => {
  if (TreatMissingData === "breaching") return true;
  if (TreatMissingData === "notBreaching") return false;
  throw new Error(`not modelled: missing data is ${TreatMissingData}`);
};
