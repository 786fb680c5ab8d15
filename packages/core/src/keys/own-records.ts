/** Below this the API keeps what is its own, such as share links. No collection can have the name, and no grant reaches it. */
export const OWN_RECORDS_PREFIX = ".waybill/";

/** What principals have had: a small object for each, replaced with every upload. */
export const LIMITS_PREFIX = `${OWN_RECORDS_PREFIX}limits/`;
