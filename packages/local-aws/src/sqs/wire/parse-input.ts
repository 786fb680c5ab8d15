import * as z from "zod/mini";
import { invalidParameter, missingParameter, notImplemented, SqsError } from "../sqs-error.ts";

/**
 * Read the body of a call.
 *
 * @throws {SqsError} `SerializationException`, `MissingParameter`, `QueueDoesNotExist`,
 *   `InvalidParameterValue`, `UnsupportedOperation`
 */
export function parseInput<Schema extends z.ZodMiniType>(
  body: Buffer,
  { action, schema }: { action: string; schema: Schema },
): z.output<Schema> {
  const result = z.safeParse(schema, parseJson(body), { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  if (issue?.code === "unrecognized_keys") {
    throw notImplemented(`${[...path, issue.keys[0]].join(".")} in ${action}`);
  }
  const name = path.at(-1);
  if (typeof name === "string" && issue?.input === undefined) throw toMissing(name);
  throw new SqsError("SerializationException", {
    message: `${path.join(".") || "The request"} is not what ${action} takes.`,
    logNote: path.join("."),
  });
}

function parseJson(body: Buffer): unknown {
  try {
    // Null is as good as absent: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
    const parsed: unknown = JSON.parse(UTF8.decode(body), (key, value: unknown) => {
      // The schemas drop this one key in silence.
      if (key === "__proto__") throw notImplemented(`the name ${key}`);
      return value === null ? undefined : value;
    });
    return parsed;
  } catch (cause) {
    if (cause instanceof SqsError) throw cause;
    throw new SqsError("SerializationException", { message: "The request is not JSON in UTF-8.", cause });
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** SQS looks for the queue before it looks at anything else. */
function toMissing(name: string): SqsError {
  if (name === "QueueUrl") return new SqsError("QueueDoesNotExist");
  if (name === "QueueName") return invalidParameter({ name, reason: "Must specify a queue name." });
  return missingParameter(name);
}
