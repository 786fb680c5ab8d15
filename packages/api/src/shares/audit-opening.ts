import type { ApiContext } from "../context.ts";
import { collectionOfKey } from "../policy.ts";
import { describeOpening } from "./describe-opening.ts";
import type { Opening } from "./open-share.ts";

/** Write down what a link gave to somebody whom nobody knows. A form gives nothing, and refuses nothing. */
export function auditOpening(
  { deps, requestId }: Pick<ApiContext, "deps" | "requestId">,
  opening: Opening,
  key: string | undefined,
): void {
  if (opening.kind === "form") return;
  deps.audit({
    type: "audit",
    time: deps.now().toISOString(),
    requestId,
    principal: null,
    procedure: "shares.open",
    ...(opening.kind === "redirect"
      ? { decision: "allow", expiresAt: opening.expiresAt }
      : { decision: "deny", code: describeOpening(opening).code }),
    ...(key === undefined ? {} : { key, collection: collectionOfKey(deps.collections, key) }),
  });
}
