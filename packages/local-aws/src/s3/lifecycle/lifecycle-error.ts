import { S3Error } from "../s3-error.ts";

export function invalidRequest(message: string): S3Error {
  return new S3Error("InvalidRequest", { message });
}

export function invalidArgument(argumentName: string, message: string): S3Error {
  return new S3Error("InvalidArgument", { message, details: { ArgumentName: argumentName } });
}

export function notImplemented(action: string): S3Error {
  return new S3Error("NotImplemented", {
    message: `This stand-in does not implement the lifecycle action ${action}.`,
    logNote: `lifecycle action ${action}`,
  });
}
