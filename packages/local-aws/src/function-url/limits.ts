/** Of a streamed answer. Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html */
export const MAX_STREAMED_BYTES = 200 * 1024 ** 2;

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_FUNCTION_MS = 15 * 60_000;
