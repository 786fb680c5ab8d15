import { WaybillError } from "@waybill/core";
import { TRPCError } from "@trpc/server";

/** How one use of what was granted has ended. */
export interface Outcome {
  /** Whether it was refused for good: an answer of 4xx, or 501 for what nobody does here. */
  refused: boolean;
  /** It was answered, and that is right: nothing of somebody else's is in it. */
  harmless?: boolean | undefined;
  /** All that whoever used it has learnt. */
  learnt: string;
}

export function ofStatus(status: number, learnt: string): Outcome {
  return { refused: (status >= 400 && status < 500) || status === 501, learnt: `${status} ${learnt}` };
}

/** Of a call of the API. */
export async function ofCall(call: Promise<unknown>): Promise<Outcome> {
  try {
    return { refused: false, learnt: JSON.stringify(await call) };
  } catch (error) {
    const { cause } = error instanceof TRPCError ? error : { cause: error };
    if (cause instanceof WaybillError) return ofStatus(cause.status, `${cause.code} ${cause.message}`);
    if (error instanceof TRPCError && error.code === "BAD_REQUEST") return ofStatus(400, error.message);
    throw error;
  }
}

/** The same of a call that may be answered, where the answer is about one's own things. */
export async function ofAnswer<T>(call: Promise<T>, isRight: (answer: T) => boolean): Promise<Outcome> {
  try {
    return rightIf(isRight(await call), await call);
  } catch (error) {
    return ofCall(Promise.reject(error));
  }
}

/** Answered, and only right where this holds. */
export function rightIf(isRight: boolean, answer: unknown): Outcome {
  return { refused: false, harmless: isRight, learnt: JSON.stringify(answer) ?? "" };
}
