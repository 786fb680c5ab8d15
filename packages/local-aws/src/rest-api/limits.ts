/**
 * "Payload size", of requests and of what an integration answers.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export const MAX_PAYLOAD_BYTES = 10 * 1024 ** 2;
/** "Total combined size of request line and header values". Source: as above. */
export const MAX_HEADER_BYTES = 10_240;
/** Source: as above. */
export const MIN_INTEGRATION_MS = 50;
export const MAX_INTEGRATION_MS = 29_000;
