import { createHmac, timingSafeEqual } from "node:crypto";

/** One act of receiving a message: the n-th of this message in this queue. */
export interface Receipt {
  queueId: number;
  messageRowId: number;
  receiveCount: number;
}

export interface ReceiptHandles {
  create(receipt: Receipt): string;
  /** @returns undefined for what was not issued here */
  open(handle: string): Receipt | undefined;
}

/**
 * Receipt handles that prove by themselves that they were issued here. So a stale one, which SQS accepts
 * without effect, differs from an invented one, which it refuses, and no table of old handles grows.
 *
 * @param key - 32 random bytes, as durable as the messages
 */
export function createReceiptHandles(key: Uint8Array): ReceiptHandles {
  const sign = (claim: Buffer): Buffer =>
    createHmac("sha256", key).update(claim).digest().subarray(0, TAG_BYTES);
  return {
    create({ queueId, messageRowId, receiveCount }) {
      const claim = Buffer.from(`${queueId}:${messageRowId}:${receiveCount}`);
      return Buffer.concat([sign(claim), claim]).toString("base64");
    },
    open(handle) {
      const bytes = Buffer.from(handle, "base64");
      // The decoder skips what is not Base64; a handle has one spelling.
      if (bytes.length <= TAG_BYTES || bytes.toString("base64") !== handle) return undefined;
      const claim = bytes.subarray(TAG_BYTES);
      if (!timingSafeEqual(sign(claim), bytes.subarray(0, TAG_BYTES))) return undefined;
      const [queueId = NaN, messageRowId = NaN, receiveCount = NaN] = claim.toString().split(":").map(Number);
      return { queueId, messageRowId, receiveCount };
    },
  };
}

const TAG_BYTES = 16;
