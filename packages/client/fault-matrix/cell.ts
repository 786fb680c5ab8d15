/** How a cell ended; who has looked is the rig, and not the client. */
type Outcome =
  | "exact" // it said success, and the bytes are there
  | "true error" // it said failure, and no wrong bytes are to be seen
  | "WRONG ERROR" // it said failure, and the bytes are there
  | "WRONG BYTES" // it said failure, and wrong bytes are to be seen
  | "FALSE SUCCESS" // it said success, and the bytes are not there
  | "HANGS" // the limit passed
  | "n/a"
  | "not offered"
  | "not struck" // nothing was done that the fault could have struck
  | "not run";

export interface Cell {
  outcome: Outcome;
  /** The client's own words, or what is wrong. */
  detail?: string;
  seconds?: number;
  /** Such as `left open`. */
  notes: readonly string[];
}
