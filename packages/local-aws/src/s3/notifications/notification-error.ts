import { S3Error } from "../s3-error.ts";

export function invalidArgument(message: string, argument: { name: string; value: string }): S3Error {
  return new S3Error("InvalidArgument", {
    message,
    details: { ArgumentName: argument.name, ArgumentValue: argument.value },
    logNote: message,
  });
}

export function notImplemented(what: string): S3Error {
  return new S3Error("NotImplemented", {
    message: `This stand-in does not implement notifications with ${what}.`,
    logNote: `notifications with ${what}`,
  });
}
