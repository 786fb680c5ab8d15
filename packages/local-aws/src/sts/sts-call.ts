import type { SignedCaller } from "../identity/caller.ts";
import type { Identities } from "../identity/create-identities.ts";
import type { Parameters } from "./query-parameters.ts";

/** A call that was believed, and what an action needs to answer it. */
export interface StsCall {
  parameters: Parameters;
  caller: SignedCaller;
  identities: Identities;
  headers: ReadonlyMap<string, string>;
  sourceIp: string | undefined;
  region: string;
  now: Date;
}

/** One action of the STS API, named as in Amazon's reference. */
export interface StsAction {
  name: string;
  /**
   * @returns the elements within `<{name}Result>`
   * @throws {StsError}
   */
  run(call: StsCall): readonly (string | undefined)[];
}
