import { SqsError } from "../sqs-error.ts";
import { MAX_BATCH_ENTRIES } from "../sqs-limits.ts";

/**
 * @param entryName - as SQS calls the entries of this action: `DeleteMessageBatchRequestEntry`
 * @throws {SqsError} `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `InvalidBatchEntryId`,
 *   `BatchEntryIdsNotDistinct`
 */
export function checkBatch(entries: readonly { Id: string }[], entryName: string): void {
  if (entries.length === 0) {
    const message = `There should be at least one ${entryName} in the request.`;
    throw new SqsError("EmptyBatchRequest", { message });
  }
  if (entries.length > MAX_BATCH_ENTRIES) {
    const message = `Maximum number of entries per request are ${MAX_BATCH_ENTRIES}. You have sent ${entries.length}.`;
    throw new SqsError("TooManyEntriesInBatchRequest", { message });
  }
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id)) throw new SqsError("InvalidBatchEntryId");
    if (seen.has(Id)) throw new SqsError("BatchEntryIdsNotDistinct", { message: `Id ${Id} repeated.` });
    seen.add(Id);
  }
}

/**
 * Each entry has its own result: one that is refused does not keep the others.
 *
 * @param run - has changed nothing when it throws
 */
export function runBatch<Entry extends { Id: string }>(
  entries: readonly Entry[],
  run: (entry: Entry) => object,
): { Successful: object[]; Failed?: object[] } {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    const { Id } = entry;
    try {
      Successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.queryCode, Message: error.message });
    }
  }
  return Failed.length === 0 ? { Successful } : { Successful, Failed };
}
