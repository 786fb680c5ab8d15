import type { Route, SavedUpload, WaybillErrorCode } from "@waybill/core";

/**
 * Where a transfer is: plain data, which survives JSON. An upload in parts says what another run, on
 * this machine or elsewhere, needs to go on with it.
 */
export type TransferState =
  | { phase: "preparing"; saved?: SavedUpload | undefined }
  | { phase: "moving"; saved?: SavedUpload | undefined; way?: Way | undefined }
  | { phase: "finishing"; saved?: SavedUpload | undefined }
  | { phase: "paused"; saved?: SavedUpload | undefined }
  | { phase: "done" }
  | { phase: "failed"; code: WaybillErrorCode; message: string; saved?: SavedUpload | undefined }
  | { phase: "cancelled" };

/** Where it begins to move; what became of it, should that fail, is in the result. */
interface Way {
  route: Route;
  routeReason: string | undefined;
  /** It is removed so many days after it began; absent: never, as far as is known. */
  retentionDays?: number | undefined;
}

export type TransferStep =
  | { type: "started" }
  | { type: "moving"; saved?: SavedUpload | undefined; way?: Way | undefined }
  | { type: "finishing" }
  | { type: "paused" }
  | { type: "done" }
  | { type: "failed"; code: WaybillErrorCode; message: string }
  | { type: "cancelled" };

type Phase = TransferState["phase"];

/** Which step may follow in which phase; any other is ignored, as one that came too late. */
const STEPS: Record<TransferStep["type"], readonly Phase[]> = {
  started: ["paused"],
  moving: ["preparing", "finishing"],
  finishing: ["preparing", "moving"],
  paused: ["preparing", "moving", "finishing"],
  done: ["preparing", "moving", "finishing", "paused"],
  failed: ["preparing", "moving", "finishing", "paused"],
  cancelled: ["preparing", "moving", "finishing", "paused"],
};

export function isEnded({ phase }: TransferState): boolean {
  return phase === "done" || phase === "failed" || phase === "cancelled";
}

/** The state after a step; the same object when the step does not apply. */
export function nextTransferState(state: TransferState, step: TransferStep): TransferState {
  if (!STEPS[step.type].includes(state.phase)) return state;
  const saved = "saved" in state ? state.saved : undefined;
  switch (step.type) {
    case "started":
      return { phase: "preparing", saved };
    case "moving":
      return { phase: "moving", saved: step.saved ?? saved, way: step.way };
    case "finishing":
      return { phase: "finishing", saved };
    case "paused":
      return { phase: "paused", saved };
    case "failed":
      return { phase: "failed", code: step.code, message: step.message, saved };
    case "done":
    case "cancelled":
      return { phase: step.type };
  }
}
