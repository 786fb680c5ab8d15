import type { Transfer, TransferEvent } from "@waybill/client/node";

/** The result of a transfer that is told of as it goes. */
export function followTransfer<Result>(
  transfer: Transfer<Result>,
  onEvent: (event: TransferEvent) => void,
): Promise<Result> {
  transfer.subscribe(onEvent);
  return transfer.result;
}
