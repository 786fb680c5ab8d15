import type { ClientName } from "../clients.ts";
import type { Job } from "../job.ts";
import type { Rig } from "../rig/open-rig.ts";

/** Why a cell is not run: it makes no sense for this client, or the client has nothing that could be tried. */
export type Skip = "n/a" | "not offered";

export interface StrikeContext {
  rig: Rig;
  job: Job;
  /** Aborts when the client has ended: nobody is left to strike. */
  signal: AbortSignal;
  /** Kill the client, process or page, and let a new one, or several, do the same job. */
  restart(count?: number): Promise<void>;
  /** These bytes are right as well: the source or the object was replaced by them. */
  accept(bytes: Uint8Array): void;
}

/** One row of the matrix. */
export interface FaultRow {
  name: string;
  title: string;
  /** How it is made, for the reader of the table. */
  how: string;
  task: "upload" | "download";
  skip?: (client: ClientName) => Skip | undefined;
  /** Why not where a front door of Amazon's is between client and store. */
  skipAtDoors?: Skip;
  /** Default 60. */
  limitSeconds?: number;
  /** How far the client's clock runs ahead. */
  clientClockShiftMs?: number;
  userToken?: Job["userToken"];
  /** The folder of downloads is a file system of this size. */
  diskBytes?: number;
  /** Called before the client starts, and goes on beside it. */
  strike(context: StrikeContext): Promise<void> | void;
}
