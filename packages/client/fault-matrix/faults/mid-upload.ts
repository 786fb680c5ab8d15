import { STRUCK_PART } from "./matching.ts";
import type { StrikeContext } from "./fault-row.ts";

/** Do something while a part is on its way: it is held up until that is done. */
export async function midUpload(
  { rig, signal }: StrikeContext,
  act: (release: () => void) => Promise<void> | void,
): Promise<void> {
  // Not one of the rig's own: it is there to hit the right moment, and is no fault itself.
  using hold = rig.aws.faults.inject({
    match: { operation: "UploadPart", partNumber: STRUCK_PART },
    action: { kind: "stall" },
  });
  await hold.waitForHit({ signal });
  rig.struck();
  await act(() => hold.remove());
}
