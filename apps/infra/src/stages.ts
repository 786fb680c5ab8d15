import { DeployError } from "./deploy-error.ts";

/** What differs between deployments. */
export interface StageSettings {
  /** Whether the files, and who may log in, stay when the stage is destroyed. */
  keepData: boolean;
  /** In US dollars, for the whole account: by then somebody is told. */
  monthlyBudgetUsd: number;
  /** Who is told, of this and of alarms, by e-mail. Nobody when it is left out. */
  alarmEmail?: string;
  /**
   * How many downloads of the route `lambda` may be streamed at once, by a Function URL, which nothing else would limit.
   * They are taken from what the account may run at once, of which Lambda keeps 100 for other functions. Without it there
   * is no Function URL, and these downloads come in ranges.
   */
  streamedDownloads?: number;
  /** Names of your own, each with a certificate of ACM; that of `files` must be in us-east-1. */
  domains?: { api?: Domain; files?: Domain };
  /**
   * What both of `domains` end in, and the host of a page among `moreOrigins`, such as `example.com`. With it the API opens
   * folders to browsers by cookies of CloudFront.
   */
  cookieDomain?: string;
  /** Other origins than the page's that may use the API and the bucket from a browser. */
  moreOrigins?: readonly string[];
}

export interface Domain {
  /** `files.example.com` */
  name: string;
  certificateArn: string;
}

/** A deployment makes this table its own. */
const STAGES: Record<string, StageSettings> = {
  dev: { keepData: false, monthlyBudgetUsd: 20, streamedDownloads: 20 },
  prod: { keepData: true, monthlyBudgetUsd: 200, streamedDownloads: 200 },
};

/** @throws {DeployError} with the names that there are */
export function settingsOfStage(name: string): StageSettings {
  const settings = STAGES[name];
  if (settings !== undefined) return settings;
  throw new DeployError(
    `There is no stage ${JSON.stringify(name)} in apps/infra/src/stages.ts, only ${Object.keys(STAGES).join(" and ")}.`,
  );
}
