import * as z from "zod/mini";
import type { S3Response } from "../s3/operation.ts";
import { type ActiveFault, createActiveFault, type InjectedFault, type Strike } from "./active-fault.ts";
import { Fault, type FaultReport } from "./fault.ts";
import type { FaultTarget } from "./match-fault.ts";
import { type FaultyCall, runWithFault } from "./run-with-fault.ts";

/** Faults on demand. One strikes per request: of those that match, the one that was injected first. */
export interface Faults {
  /** @throws TypeError for a fault that could never strike, such as one of an operation that is not known */
  inject(fault: Fault): InjectedFault;
  list(): FaultReport[];
  find(id: string): InjectedFault | undefined;
  removeAll(): void;
  /**
   * Let the services' clock run ahead of the real one, or behind it.
   *
   * @param byMs - in all, not on top of an earlier shift: 0 sets it right again
   */
  shiftClock(byMs: number): void;
  /** From now on every session that was issued until now is expired. */
  expireCredentials(): void;
}

/** The services' side of it. */
export interface FaultInjection {
  control: Faults;
  /** The clock that `shiftClock` shifts. */
  clock: () => Date;
  /** Run an operation, with a fault if there is one for it. */
  run(call: FaultyCall): Promise<S3Response>;
  /** Cut what is held up, and remove all. */
  close(): void;
}

export function createFaults(options: {
  clock: () => Date;
  log: (line: string) => void;
  expireCredentials: () => void;
}): FaultInjection {
  const faults = new Map<string, ActiveFault>();
  const closing = new AbortController();
  let clockShiftMs = 0;
  let created = 0;

  const removeAll = (): void => {
    for (const fault of faults.values()) fault.remove();
  };
  return {
    control: {
      inject(input) {
        const parsed = Fault.safeParse(input);
        if (!parsed.success) throw new TypeError(z.prettifyError(parsed.error));
        const id = String((created += 1));
        const fault = createActiveFault(id, parsed.data, () => faults.delete(id));
        faults.set(id, fault);
        return fault;
      },
      list: () => [...faults.values()].map((fault) => fault.report()),
      find: (id) => faults.get(id),
      removeAll,
      shiftClock(byMs) {
        clockShiftMs = byMs;
      },
      expireCredentials: options.expireCredentials,
    },
    clock: () => (clockShiftMs === 0 ? options.clock() : new Date(options.clock().getTime() + clockShiftMs)),
    async run(call) {
      if (faults.size === 0) return call.run(call.request);
      const strike = takeStrike(faults.values(), toTarget(call));
      if (strike === undefined) return call.run(call.request);
      const { response } = call.exchange;
      response.once("close", () => strike.end());
      if (response.destroyed) strike.end(); // the client went before
      const hit = (): void => {
        options.log(toLogLine(strike, call));
        strike.hit();
      };
      return runWithFault({
        ...call,
        strike: { ...strike, hit },
        closing: closing.signal,
        expireCredentials: options.expireCredentials,
      });
    },
    close() {
      closing.abort();
      removeAll();
    },
  };
}

function takeStrike(faults: Iterable<ActiveFault>, target: FaultTarget): Strike | undefined {
  for (const fault of faults) {
    const strike = fault.take(target);
    if (strike !== undefined) return strike;
  }
  return undefined;
}

function toTarget({ operation, request }: FaultyCall): FaultTarget {
  const partNumber = request.query.get("partNumber");
  return {
    operation,
    bucket: request.bucket,
    key: request.key,
    partNumber: partNumber === undefined ? undefined : Number(partNumber),
  };
}

/** `fault 1 (reset, seed 7) hits UploadPart PUT /b/k` */
function toLogLine({ faultId, action, seed }: Strike, { operation, request }: FaultyCall): string {
  return `fault ${faultId} (${action.kind}, seed ${seed}) hits ${operation} ${request.method} ${request.rawPath}`;
}
