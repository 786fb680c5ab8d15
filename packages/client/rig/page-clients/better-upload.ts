import { uploadFiles } from "@better-upload/client";

/** @param options.route - one that its server has */
export async function uploadWithBetterUpload(
  files: readonly File[],
  options: { route: string; token: string; retry?: number; retryDelay?: number },
): Promise<void> {
  const { route, token, ...retries } = options;
  const result = await uploadFiles({
    api: "/better-upload",
    route,
    files: [...files],
    headers: { authorization: `Bearer ${token}` },
    ...retries,
  });
  const [failed] = result.failedFiles;
  if (failed !== undefined) throw new Error(failed.error.message);
  if (result.files.length !== files.length) throw new Error("It neither succeeded nor failed.");
}
