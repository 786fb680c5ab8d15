import { MiB, Route, ROUTE_PATHS, ROUTES } from "@waybill/core";

const BEGIN = "<!-- written by `npx pnpm routes` from packages/core/src/routes.ts -->";
const END = "<!-- until here -->";

/** `docs/routes.md` with the table as `ROUTES` has it now. */
export function withRoutesTable(document: string): string {
  const [before = "", rest = ""] = document.split(BEGIN);
  const after = rest.split(END)[1];
  if (after === undefined) throw new Error("docs/routes.md has lost the place of its table.");
  return `${before}${BEGIN}\n\n${routesTable()}\n\n${END}${after}`;
}

function routesTable(): string {
  const head = ["route", "path of the bytes", "largest upload", "in parts of", "one answer brings"];
  const rows = Route.options.map((route) => {
    const { upload, download } = ROUTES[route];
    const { parts } = upload;
    return [
      `\`${route}\``,
      ROUTE_PATHS[route],
      sizeText(upload.maxObjectBytes),
      parts === undefined ? "one request only" : `${sizeText(parts.minBytes)} to ${sizeText(parts.maxBytes)}`,
      sizeText(download.maxBodyBytes),
    ];
  });
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** In the units in which a limit is a round number. */
function sizeText(bytes: number): string {
  const units = bytes % MiB === 0 ? BINARY : DECIMAL;
  const [name, size] = units.find(([, unit]) => bytes >= unit) ?? ["bytes", 1];
  return `${Number((bytes / size).toFixed(1))} ${name}`;
}

type Units = readonly (readonly [name: string, size: number])[];
const BINARY: Units = [
  ["TiB", 1024 ** 4],
  ["GiB", 1024 ** 3],
  ["MiB", MiB],
];
const DECIMAL: Units = [
  ["TB", 1e12],
  ["GB", 1e9],
  ["MB", 1e6],
];
