import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import { listShares, share, unshare } from "./commands/shares.ts";
import { parseDownloads, parseShareExpiry } from "./parse-share-limits.ts";
import { askForPassword, passwordFromStdin } from "./read-password.ts";
import { UsageError } from "./usage-error.ts";

interface ShareFlags {
  expiresIn?: number | "never";
  password?: boolean;
  passwordStdin?: boolean;
  downloads?: number;
  inline?: boolean;
}

/** `waybill share`, `shares` and `unshare`. */
export function addShareCommands(
  program: Command,
  start: (command: (context: CommandContext) => Promise<void>) => Promise<void>,
): void {
  program
    .command("share <key>")
    .description("print a link that works for months, and can be revoked")
    .option("--expires-in <duration>", "how long it works: 12h, 30d, never (default 30d)", (text) =>
      parseShareExpiry(text),
    )
    .option("--password", "ask for a password, which the link then needs, too")
    .option("--password-stdin", "the same, with the first line of stdin")
    .option("--downloads <count>", "how often it works (default: any number of times)", (text) =>
      parseDownloads(text),
    )
    .option("--inline", "show it in the browser, instead of saving it")
    .action((key: string, flags: ShareFlags) => {
      const { expiresIn, downloads: maxDownloads, inline = false } = flags;
      return start(async (context) => {
        const password = await readPassword(context, flags);
        return share(context, key, {
          expiresIn: expiresIn === "never" ? null : expiresIn,
          password,
          maxDownloads,
          inline,
        });
      });
    });

  program
    .command("shares")
    .description("list your links: what they lead to, and until when")
    .action(() => start(listShares));

  program
    .command("unshare <id...>")
    .description("end links, by their ids in `waybill shares`")
    .action((ids: string[]) => start((context) => unshare(context, ids)));
}

async function readPassword(
  { terminal }: CommandContext,
  { password = false, passwordStdin = false }: ShareFlags,
): Promise<string | undefined> {
  if (password && passwordStdin) throw new UsageError("Use --password or --password-stdin, not both.");
  if (passwordStdin) return passwordFromStdin(process.stdin);
  return password ? askForPassword({ stdin: process.stdin, note: terminal.note }) : undefined;
}
