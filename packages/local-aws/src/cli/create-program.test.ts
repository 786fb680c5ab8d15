import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "./create-program.ts";
import { UsageError } from "./usage-error.ts";

/** What would be on stderr, in a process that must not get as far as to start or to make anything. */
async function refusal(args: readonly string[]): Promise<string> {
  const never = (): never => expect.unreachable();
  const program = createProgram({ print: never, note: never, stopped: Promise.resolve() });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: never });
  }
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError || error instanceof UsageError) return error.message;
    throw error;
  }
  return "";
}

describe("the command line", () => {
  it.each([
    [["--nope"], "unknown option '--nope'"],
    [["serve"], "too many arguments"],
    [["env", "more"], "too many arguments"],
    [["env", "--bucket", "b"], "unknown option '--bucket'"],
    [["--port"], "argument missing"],
    [["--port", "x"], '"x" is not a port: use a number from 0 to 65535.'],
    [["--port", "-1"], '"-1" is not a port'],
    [["--port", "65536"], '"65536" is not a port'],
    [["--port", "1e3"], '"1e3" is not a port'],
    [["env", "--port", "x"], '"x" is not a port: use a number from 1 to 65535.'],
    [["env", "--port", "0"], "Say which port the server got"],
    [["--port", "0", "env"], "Say which port the server got"],
    [["--port", "5", "env", "--port", "x"], '"x" is not a port'],
    [["--data", ""], "--data needs a folder."],
    [["--region", "us east"], '"us east" is not the name of a region.'],
    [["--bucket", "Not_A_Bucket"], '"Not_A_Bucket" is not the name of a bucket.'],
    [["--bucket", "good-bucket", "-x"], "unknown option '-x'"],
    [["--bucket", "a-bucket", "--cors", "localhost"], '"localhost" is not an origin such as'],
    [["--bucket", "a-bucket", "--cors", "http://a.example/"], '"http://a.example/" is not an origin such as'],
    [["--checksums", "none"], '--checksums is one of kept, ignored, refused, not "none".'],
    [["--cors", "*"], "--cors needs a --bucket"],
  ])("refuses %j, and says why", async (args, problem) => {
    expect(await refusal(args)).toContain(problem);
  });

  it("prints its help, and that of env", async () => {
    const help = async (args: readonly string[]): Promise<string> => {
      let text = "";
      const program = createProgram({ print: () => {}, note: () => {}, stopped: Promise.resolve() });
      for (const command of [program, ...program.commands]) {
        command.exitOverride().configureOutput({ writeOut: (piece) => (text += piece) });
      }
      await expect(program.parseAsync(args, { from: "user" })).rejects.toMatchObject({ exitCode: 0 });
      return text;
    };
    expect(await help(["--help"])).toMatch(/^Usage: waybill-local-aws \[options\] \[command\]\n.*\n  env /s);
    expect(await help(["env", "--help"])).toMatch(/^Usage: waybill-local-aws env \[options\]\n.*--region/s);
    expect(await help(["--version"])).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
