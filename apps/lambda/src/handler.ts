import { withParameters } from "@waybill/core/parameters";
import { createHandler, type ApiHandler } from "./create-handler.ts";
import { parseEnv } from "./env.ts";

// From when the module is loaded, not from the first event on. A failure ends the process, and AWS starts another.
const started = withParameters(process.env).then((variables) => createHandler(parseEnv(variables)));

/** The API behind an API Gateway HTTP API (payload format 2.0) or a Function URL, and the door that it is itself. */
export const handler: ApiHandler = async (event, context) => (await started)(event, context);
