import * as z from "zod/mini";

/** What the page learns from whoever serves it. */
const Config = z.object({
  /** Where the API answers. */
  apiUrl: z.url({ protocol: /^https?$/ }),
});
type Config = z.infer<typeof Config>;

export type LoadedConfig = { ok: true; config: Config } | { ok: false; message: string };

/** Read `/config.json`, which is no part of the build: the same files run against any API. */
export async function loadConfig(fetchConfig: typeof fetch): Promise<LoadedConfig> {
  let answer: unknown;
  try {
    const response = await fetchConfig("/config.json", {
      cache: "no-store",
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) return failure(`The server answered with HTTP ${response.status}.`);
    answer = await response.json();
  } catch (error) {
    return failure(
      error instanceof SyntaxError ? "What came back is not JSON." : "The server cannot be reached.",
    );
  }
  const config = Config.safeParse(answer);
  return config.success ? { ok: true, config: config.data } : failure("It does not say where the API is.");
}

function failure(why: string): LoadedConfig {
  return { ok: false, message: `The settings of this page could not be loaded. ${why}` };
}
