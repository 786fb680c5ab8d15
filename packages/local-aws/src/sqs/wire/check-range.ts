import { invalidParameter } from "../sqs-error.ts";
import { MAX_DELAY_SECONDS, MAX_VISIBILITY_TIMEOUT_SECONDS } from "../sqs-limits.ts";

/** @throws {SqsError} `InvalidParameterValue` */
export function checkRange(
  value: number | undefined,
  range: { name: string; min: number; max: number; reason: string },
): void {
  const { name, min, max, reason } = range;
  if (value !== undefined && (value < min || value > max)) throw invalidParameter({ name, value, reason });
}

/** @throws {SqsError} `InvalidParameterValue` */
export function checkVisibilityTimeout(seconds: number | undefined): void {
  const max = MAX_VISIBILITY_TIMEOUT_SECONDS;
  const reason = `Must be between 0 and ${max}, if provided.`;
  checkRange(seconds, { name: "VisibilityTimeout", min: 0, max, reason });
}

/** @throws {SqsError} `InvalidParameterValue` */
export function checkDelaySeconds(seconds: number | undefined): void {
  const max = MAX_DELAY_SECONDS;
  const reason = `DelaySeconds must be >= 0 and <= ${max}.`;
  checkRange(seconds, { name: "DelaySeconds", min: 0, max, reason });
}
