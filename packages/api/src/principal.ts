/** Who asks, as an authenticator verified it. */
export interface Principal {
  /** The identity provider's `sub`: any text. */
  id: string;
  scopes: readonly string[];
}

/** May see and abort the open uploads of everyone: for the worker that sweeps. */
export const SWEEP_SCOPE = "uploads:sweep";
