/** A refusal in the words of SQS. */
export class SqsError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The body of the answer, as the JSON protocol spells an error. */
export const errorBody = ({ code, message }: SqsError): object => ({ __type: `com.amazonaws.sqs#${code}`, message });
