import { WaybillError } from "@waybill/core";

/** What went wrong, for people. Only a `WaybillError` is written for them. */
export function errorSentence(error: unknown): string {
  if (error instanceof WaybillError) return error.message;
  console.error(error); // a bug of ours: for whoever looks into it
  return "Something went wrong in this page.";
}
