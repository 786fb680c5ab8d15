/*
 * Sources:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 */

/** Body and attributes of one message, and of all messages of a batch together. */
export const MAX_MESSAGE_BYTES = 1024 ** 2;
export const MAX_MESSAGE_ATTRIBUTES = 10;
/** Messages of one ReceiveMessage and entries of one batch. */
export const MAX_BATCH_ENTRIES = 10;

export const MAX_VISIBILITY_TIMEOUT_SECONDS = 12 * 3600;
export const MAX_DELAY_SECONDS = 15 * 60;
export const MAX_WAIT_SECONDS = 20;
export const MAX_RECEIVE_COUNT = 1000;

/** Received and neither deleted nor visible again, in one queue. */
export const MAX_IN_FLIGHT_MESSAGES = 120_000;

export const MAX_LISTED_QUEUES = 1000;

/** Between two purges of a queue, and between DeleteQueue and CreateQueue with the same name. */
export const QUEUE_COOL_DOWN_SECONDS = 60;
