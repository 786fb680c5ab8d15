import { WaybillError, type SignedRequest, type StoredObject } from "@waybill/core";

/** The signed requests of a download, for all of its ranges. */
export interface GrantKeeper {
  /** What to send next. */
  current(): Promise<SignedRequest>;
  /**
   * Replace a request that has expired. However many ask, the API is asked once.
   *
   * @param expired - nothing is done when it is no longer the current one
   * @throws {WaybillError} `OBJECT_CHANGED` when the new grant is for another version
   */
  renew(expired: SignedRequest): Promise<void>;
}

/** One request that the API has signed, for all ranges. */
interface Grant {
  object: Pick<StoredObject, "eTag">;
  request: SignedRequest;
}

export function createGrantKeeper(first: Grant, regrant: () => Promise<Grant>): GrantKeeper {
  let current = first.request;
  let renewing: Promise<void> | undefined;

  async function renewOnce(): Promise<void> {
    try {
      const { object, request } = await regrant();
      if (object.eTag !== first.object.eTag) throw new WaybillError("OBJECT_CHANGED");
      current = request;
    } finally {
      renewing = undefined;
    }
  }

  return {
    current: async () => current,
    async renew(expired) {
      if (expired !== current) return;
      renewing ??= renewOnce();
      await renewing;
    },
  };
}
