/** What asks the store without the SDK, as one module: so that it can be loaded when something has to be asked. */
export { createStoreSender } from "@waybill/core/s3";
export { sendByNode } from "./send-by-node.ts";
