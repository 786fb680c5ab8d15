import picomatch from "picomatch";
import { UsageError } from "../usage-error.ts";

export interface PathFilter {
  /** Whether a file is meant. */
  accepts: (path: string) => boolean;
  /** Whether nothing in a folder can be meant, so that it need not be looked into. */
  excludesFolder: (path: string) => boolean;
}

/**
 * What `--include` and `--exclude` mean, as `.gitignore` has it: a glob without `/` is held against the
 * name of the file and of every folder it is in, one with `/` against the whole path; one that fits a
 * folder stands for all that is in it, and one that ends in `/` fits folders only.
 *
 * @throws {UsageError} for a glob that is none
 */
export function createPathFilter(globs: { include: string[]; exclude: string[] }): PathFilter {
  const include = globs.include.map(toMatcher);
  const exclude = globs.exclude.map(toMatcher);
  return {
    accepts(path) {
      const candidates = withFolders(path);
      const fits = (matcher: Matcher) => candidates.some(matcher);
      return (include.length === 0 || include.some(fits)) && !exclude.some(fits);
    },
    excludesFolder: (path) => exclude.some((matcher) => matcher({ path, isFolder: true })),
  };
}

interface Candidate {
  path: string;
  isFolder: boolean;
}

type Matcher = (candidate: Candidate) => boolean;

function toMatcher(glob: string): Matcher {
  const foldersOnly = glob.endsWith("/");
  const bare = foldersOnly ? glob.slice(0, -1) : glob;
  const anchored = bare.includes("/");
  const pattern = bare.replace(/^\.?\//, ""); // `/x` and `./x`: x, but only at the top
  if (pattern === "") throw new UsageError(`${JSON.stringify(glob)} is not a glob, such as "*.jpg".`);
  // A leading ! would turn the glob over, which --exclude is for.
  const fits = picomatch(pattern, { dot: true, nonegate: true, windows: false });
  return ({ path, isFolder }) =>
    (isFolder || !foldersOnly) && fits(anchored ? path : path.slice(path.lastIndexOf("/") + 1));
}

/** The path, and those of the folders that it is in. */
function withFolders(path: string): Candidate[] {
  const segments = path.split("/");
  return segments.map((_, index) => ({
    path: segments.slice(0, index + 1).join("/"),
    isFolder: index < segments.length - 1,
  }));
}
