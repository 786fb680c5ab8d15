import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { addStage, type StageOptions } from "../add-stage.ts";
import { resolveTemplate, type Resource, type Template } from "./resolve-template.ts";

export const ACCOUNT = "111122223333";
export const REGION = "eu-west-1";

const PEM = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuP4fBqlG3xepdi01BvkIXWJ3nir6
ISDLMP7AdjtAVRjYu448uBIwc96yVDdT9I8zHicXYIFqay8Q40kVSua6Ew==
-----END PUBLIC KEY-----
`;

/** Public halves whose secret ones nobody has. */
const KEYS: StageOptions["keys"] = {
  token: { version: 1 },
  door: { version: 2, publicKeys: [{ keyId: "d1", spki: PEM.replaceAll(/-----.*-----|\n/g, "") }] },
  cloudfront: { version: 3, publicKeys: [{ keyId: "c1", pem: PEM }] },
};

interface Violation {
  ruleName: string;
  violatingConstructs: { constructPath: string }[];
}

export interface Synthesized {
  /** By stack: what goes to AWS. */
  templates: Record<string, Template>;
  /** All resources of all stacks, with every intrinsic function replaced by what it could be. */
  resources: Resource[];
  /** Findings that nobody has acknowledged. */
  findings: string[];
}

const known = new Map<string, Synthesized>();

/** A stage, synthesised once for all tests. */
export function synthesized(stage: string): Synthesized {
  const before = known.get(stage);
  if (before !== undefined) return before;
  const outdir = mkdtempSync(join(tmpdir(), "waybill-infra-"));
  try {
    const result = synthesize(stage, outdir);
    known.set(stage, result);
    return result;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function synthesize(stage: string, outdir: string): Synthesized {
  // Nothing is deployed from here, so that the bundles need not be copied.
  const app = new App({ outdir, context: { "aws:cdk:disable-asset-staging": true } });
  addStage(app, { stage, env: { account: ACCOUNT, region: REGION }, keys: KEYS });
  const assembly = app.synth();
  const templates = Object.fromEntries(
    assembly.stacksRecursively.map((stack) => [stack.stackName, stack.template as Template]),
  );
  const report = JSON.parse(readFileSync(join(outdir, "validation-report.json"), "utf8")) as {
    pluginReports: { violations: Violation[] }[];
  };
  return {
    templates,
    resources: Object.values(templates).flatMap((template) =>
      resolveTemplate(template, { account: ACCOUNT, region: REGION }),
    ),
    findings: report.pluginReports
      .flatMap(({ violations }) => violations)
      .map(
        ({ ruleName, violatingConstructs }) =>
          `${violatingConstructs.map((it) => it.constructPath).join()}: ${ruleName}`,
      ),
  };
}
