import { ROUTES, WaybillError, type Route, type SignedRequest, type StoredObject } from "@waybill/core";

/** The signed requests of a download, for all of its ranges. */
export interface GrantKeeper {
  /** What to send next. */
  current(): Promise<SignedRequest>;
  /** The most bytes that it may ask for at once. */
  maxBytes(): number;
  /**
   * Replace a request that has expired. However many ask, the API is asked once.
   *
   * @param expired - nothing is done when it is no longer the current one
   * @throws {WaybillError} `OBJECT_CHANGED` when the new grant is for another version
   */
  renew(expired: SignedRequest): Promise<void>;
  /**
   * Replace one whose route fails, by one along another.
   *
   * @returns false where there is no other
   */
  detour(failing: SignedRequest): Promise<boolean>;
}

/** One request that the API has signed, for all ranges. */
export interface Grant {
  object: Pick<StoredObject, "eTag">;
  request: SignedRequest;
  route: Route;
  /** The most that one answer brings, where the deployment offers another than the table of routes says. */
  maxBytes?: number | undefined;
}

/**
 * @param options.regrant - along the same route
 * @param options.detour - along any but these; absent where the route was asked for
 */
export function createGrantKeeper(
  first: Grant,
  options: { regrant: (route: Route) => Promise<Grant>; detour?: (avoid: Route[]) => Promise<Grant> },
): GrantKeeper {
  let current = first;
  let replacing: Promise<void> | undefined;
  const failed = new Set<Route>();

  async function replaceNow(ask: () => Promise<Grant>): Promise<void> {
    try {
      const next = await ask();
      if (next.object.eTag !== first.object.eTag) throw new WaybillError("OBJECT_CHANGED");
      current = next;
    } finally {
      replacing = undefined;
    }
  }

  /** Once, however many ask. */
  async function replace(old: SignedRequest, ask: () => Promise<Grant>): Promise<void> {
    if (old !== current.request) return;
    replacing ??= replaceNow(ask);
    await replacing;
  }

  return {
    current: async () => current.request,
    maxBytes: () => current.maxBytes ?? ROUTES[current.route].download.maxBodyBytes,
    renew: (expired) => replace(expired, () => options.regrant(current.route)),
    async detour(failing) {
      const { detour } = options;
      if (detour === undefined) return false;
      failed.add(current.route);
      return replace(failing, () => detour([...failed])).then(
        () => true,
        () => false, // what failed first is what counts
      );
    },
  };
}
