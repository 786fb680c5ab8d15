import { S3Error } from "./s3-error.ts";

/**
 * Read a whole number of a query.
 *
 * @throws {S3Error} `InvalidArgument` with the parameter's name
 */
export function parseInteger(
  text: string,
  options: { name: string; min: number; max: number; message?: string },
): number {
  const { name, min, max } = options;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new S3Error("InvalidArgument", {
    message: options.message ?? `Provided ${name} not an integer or within integer range`,
    details: { ArgumentName: name, ArgumentValue: text },
  });
}

export const MAX_INTEGER = 2 ** 31 - 1; // S3's numbers are 32-bit
