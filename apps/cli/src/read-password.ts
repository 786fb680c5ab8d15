import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { WaybillError } from "@waybill/core";
import { UsageError } from "./usage-error.ts";

/** The first line of stdin. @throws {UsageError} where there is none */
export async function passwordFromStdin(stdin: NodeJS.ReadStream): Promise<string> {
  const [line = ""] = (await text(stdin)).split(/\r?\n/);
  if (line === "") throw new UsageError("There is no password on stdin.");
  return line;
}

/** Asks twice, and shows nothing of it. @throws {UsageError}, {WaybillError} `ABORTED` on Ctrl-C and Ctrl-D */
export async function askForPassword(options: {
  stdin: NodeJS.ReadStream;
  note: (line: string) => void;
}): Promise<string> {
  const { stdin, note } = options;
  if (!stdin.isTTY) throw new UsageError("There is nobody to ask for a password: use --password-stdin.");
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: stdin, output, terminal: true });
  reader.once("SIGINT", () => reader.close());
  const lines = reader[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<string> => {
    note(question);
    const { done, value } = await lines.next();
    if (done === true) throw new WaybillError("ABORTED");
    return value;
  };
  try {
    const password = await ask("Password:");
    if ((await ask("Once more:")) === password) return password;
    throw new UsageError("These were two different passwords.");
  } finally {
    reader.close();
  }
}
