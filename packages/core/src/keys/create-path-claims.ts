/** Takes a place for a file. @returns why it cannot have it, or undefined where it can */
export type ClaimPath = (path: string) => string | undefined;

/**
 * Makes sure that no two files of a folder want the same place, and none a place where another one
 * needs a folder. Who comes first has it.
 */
export function createPathClaims(): ClaimPath {
  const files = new Set<string>();
  const folders = new Set<string>();
  return (path) => {
    const parents = foldersOf(path);
    const file = [path, ...parents].find((place) => files.has(place));
    if (file === path) return `another file is ${JSON.stringify(path)} already`;
    if (file !== undefined) return `${JSON.stringify(file)} is a file already, and cannot be its folder`;
    if (folders.has(path)) return `${JSON.stringify(path)} is the folder of other files already`;
    files.add(path);
    for (const parent of parents) folders.add(parent);
    return undefined;
  };
}

function foldersOf(path: string): string[] {
  const segments = path.split("/").slice(0, -1);
  return segments.map((_, index) => segments.slice(0, index + 1).join("/"));
}
