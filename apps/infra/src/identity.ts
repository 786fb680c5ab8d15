import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  type UserPoolClientOptions,
} from "aws-cdk-lib/aws-cognito";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

/** Where the command waits for the answer: Cognito leads to addresses that it knows, not to any port. */
const PROGRAM_REDIRECT_URI = "http://localhost:8400/callback";
const RESOURCE_SERVER = "waybill";

/** Who is who: see docs/identity.md. */
export interface Identity {
  pool: UserPool;
  issuer: string;
  /** Access tokens of Cognito have no `aud`, so this is every client's id. */
  audience: string[];
  pageClientId: string;
  programClientId: string;
  programRedirectUri: string;
  workerClientId: string;
  workerScope: string;
  scopePrefix: string;
}

/** @param options.pageUrl - with its slash */
export function createIdentity(
  scope: Construct,
  options: { stage: string; pageUrl: string; keepData: boolean },
): Identity {
  const { stage, pageUrl, keepData } = options;
  const { account } = Stack.of(scope);
  const pool = new UserPool(scope, "Users", {
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    standardAttributes: { email: { required: true, mutable: true } },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    passwordPolicy: {
      minLength: 14,
      requireDigits: true,
      requireLowercase: true,
      requireUppercase: true,
      requireSymbols: true,
    },
    mfa: Mfa.REQUIRED,
    mfaSecondFactor: { otp: true, sms: false },
    featurePlan: FeaturePlan.ESSENTIALS,
    deletionProtection: keepData,
    removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  acknowledge(pool, {
    "AwsSolutions-COG8":
      "Threat protection comes with the Plus plan, at two cents for each user and month: for a deployment to choose.",
  });
  pool.addDomain("Login", { cognitoDomain: { domainPrefix: `waybill-${stage}-${account}` } });

  const sweep = new ResourceServerScope({
    scopeName: "uploads:sweep",
    scopeDescription: "See and abort everybody's open uploads",
  });
  const server = pool.addResourceServer("Api", { identifier: RESOURCE_SERVER, scopes: [sweep] });
  const person = { scopes: [OAuthScope.OPENID, OAuthScope.PROFILE], flows: { authorizationCodeGrant: true } };
  const page = addClient(pool, "Page", {
    oAuth: { ...person, callbackUrls: [pageUrl], logoutUrls: [pageUrl] },
  });
  const program = addClient(pool, "Program", {
    oAuth: { ...person, callbackUrls: [PROGRAM_REDIRECT_URI] },
    refreshTokenValidity: Duration.days(30),
  });
  const worker = addClient(pool, "Worker", {
    generateSecret: true,
    oAuth: { flows: { clientCredentials: true }, scopes: [OAuthScope.resourceServer(server, sweep)] },
  });
  return {
    pool,
    issuer: pool.userPoolProviderUrl,
    audience: [page, program, worker].map(({ userPoolClientId }) => userPoolClientId),
    pageClientId: page.userPoolClientId,
    programClientId: program.userPoolClientId,
    programRedirectUri: PROGRAM_REDIRECT_URI,
    workerClientId: worker.userPoolClientId,
    workerScope: `${RESOURCE_SERVER}/uploads:sweep`,
    scopePrefix: `${RESOURCE_SERVER}/`,
  };
}

function addClient(pool: UserPool, id: string, options: UserPoolClientOptions): UserPoolClient {
  return pool.addClient(id, {
    authFlows: {}, // only by Cognito's own pages: no client ever sees a password
    accessTokenValidity: Duration.minutes(15),
    idTokenValidity: Duration.minutes(15),
    refreshTokenValidity: Duration.days(1),
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    ...options,
  });
}
