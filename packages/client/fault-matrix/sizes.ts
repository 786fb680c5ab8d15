import { MiB } from "@waybill/core";

/** Four whole parts and a smaller one: one more than most clients send at once. */
export const FILE_BYTES = 24 * MiB;
export const PART_BYTES = 5 * MiB;
