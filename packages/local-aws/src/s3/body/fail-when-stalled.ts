import type { IncomingMessage } from "node:http";
import { S3Error } from "../s3-error.ts";

/**
 * When nothing comes any more in the middle of a body, let its stream fail for whoever reads it. Unlike a
 * destroyed stream it leaves the connection alone, since S3 answers `RequestTimeout` before it closes it.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function failWhenStalled(message: IncomingMessage): void {
  const { socket } = message;
  message.on("timeout", () => {
    if (!message.readableFlowing) {
      socket.setTimeout(socket.timeout ?? 0); // it is not the client that is late: wait once more
    } else if (message.listenerCount("error") > 0) {
      message.emit("error", new S3Error("RequestTimeout", { headers: { connection: "close" } }));
    } else {
      socket.destroy();
    }
  });
}
