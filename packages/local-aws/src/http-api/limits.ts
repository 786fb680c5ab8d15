/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const MAX_BODY_BYTES = 10 * 1024 ** 2;
/** Request line and headers together. Source: as above. */
export const MAX_HEADER_BYTES = 10_240;
/** Source: as above. */
export const MAX_INTEGRATION_MS = 30_000;

/**
 * Of an event and of a result, as JSON.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_PAYLOAD_BYTES = 6 * 1024 ** 2;
