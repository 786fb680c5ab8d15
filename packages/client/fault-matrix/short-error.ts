const LONGEST = 60;

/** An error in few words, without URLs: those of uploads are secrets. */
export function shortError(error: unknown): string {
  if (!(error instanceof Error)) return shorten(typeof error === "string" ? error : JSON.stringify(error));
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (code !== undefined) return code;
  const isNamed = error.name !== "Error" && error.name !== "TypeError";
  return isNamed ? error.name : shorten(error.message);
}

function shorten(text: string): string {
  const plain = text
    .replace(/https?:\S+/g, "…")
    .replace(/[|\s]+/g, " ")
    .trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
}
