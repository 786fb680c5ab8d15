import { WaybillError, type CreateDownloadOutput, type SignedRequest } from "@waybill/core";

/** The signed request of a download, which all of its ranges share. */
export interface GrantKeeper {
  current(): SignedRequest;
  /**
   * Replace a request that has expired. However many ask, the API is asked once.
   *
   * @param expired - nothing is done when it is no longer the current one
   * @throws {WaybillError} `OBJECT_CHANGED` when the new grant is for another version
   */
  renew(expired: SignedRequest): Promise<void>;
}

export function createGrantKeeper(
  first: CreateDownloadOutput,
  regrant: () => Promise<CreateDownloadOutput>,
): GrantKeeper {
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
    current: () => current,
    async renew(expired) {
      if (expired !== current) return;
      renewing ??= renewOnce();
      await renewing;
    },
  };
}
