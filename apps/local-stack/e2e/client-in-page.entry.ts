import * as client from "@waybill/client/browser";

Object.assign(globalThis, { waybill: client });
