import * as z from "zod/mini";

export const ClientName = z.enum(["waybill", "waybill-large-parts", "uppy", "better-upload"]);
export type ClientName = z.infer<typeof ClientName>;

/** In the words of the table. */
export const TITLES: Readonly<Record<ClientName, string>> = {
  waybill: "**Waybill**",
  "waybill-large-parts": "**Waybill**, parts of 50 MiB",
  uppy: "Uppy",
  "better-upload": "better-upload",
};
