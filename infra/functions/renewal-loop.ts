/**
 * A message that waits is renewed: the processor sends its body to the queue that the processor itself is fed from, and
 * acknowledges the old one. Lambda counts that as a recursive loop and, unless the function is allowed it, stops the
 * invocation after the sixteenth hop (AWS: "Use Lambda recursive loop detection to prevent infinite loops"); the
 * message would then be set aside without a reason. This loop needs no such stop. It cannot grow: one message is sent
 * for one that is acknowledged, under a deduplication id made of the old one's. It is slow: a renewal comes after
 * several receives, which are up to `backoffMaxSeconds` apart. It is watched: `WaitingForLong` rings after four hours.
 * And it ends when what it waits for does: Zuora answers, the payment run is over, or a person turns the switch.
 */
export const processorMayLoop = true;
