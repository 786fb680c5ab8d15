/**
 * The most that a Function URL streams in one answer.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
export const STREAMED_BYTES = 200_000_000;
