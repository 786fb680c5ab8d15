import { browserCorsRules } from "@waybill/local-aws";
import { describe, expect, it } from "vitest";
import { OPEN_ROUTES } from "./http-api.ts";
import { settingsOfStage } from "./stages.ts";
import type { Resource } from "./testing/resolve-template.ts";
import { synthesized } from "./testing/synthesized.ts";

interface Statement {
  Effect: string;
  Principal?: unknown;
  Action: string | string[];
  Resource?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

describe.each(["dev", "prod"])("the stage %s", (stage) => {
  const { resources, templates, findings } = synthesized(stage);
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const files = one(ofType("AWS::S3::Bucket"), /^Files/);

  it("has no finding of cdk-nag that nobody has given a reason for", () => {
    expect(findings).toEqual([]);
  });

  it.each(["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"])(
    "has buckets with %s",
    (setting) => {
      for (const { properties } of ofType("AWS::S3::Bucket")) {
        expect(properties["PublicAccessBlockConfiguration"]).toHaveProperty(setting, true);
        expect(properties["OwnershipControls"]).toEqual({
          Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }],
        });
      }
    },
  );

  it("has buckets with keys of S3 itself, whose ETags are MD5s", () => {
    for (const { properties } of ofType("AWS::S3::Bucket")) {
      expect(JSON.stringify(properties["BucketEncryption"])).toContain('"SSEAlgorithm":"AES256"');
    }
  });

  it("lets the page do in a browser what the stand-in of S3 lets it do", () => {
    const page = one(ofType("AWS::CloudFront::Distribution"), /^Page/);
    const [expected] = browserCorsRules([`https://${page.id.toLowerCase()}.domainname.example`]);
    expect(files.properties["CorsConfiguration"]).toEqual({
      CorsRules: [
        {
          AllowedOrigins: expected?.allowedOrigins,
          AllowedMethods: expected?.allowedMethods,
          AllowedHeaders: expected?.allowedHeaders,
          ExposedHeaders: expected?.exposeHeaders,
          MaxAge: expected?.maxAgeSeconds,
        },
      ],
    });
  });

  it("keeps old versions for a while, and parts of given-up uploads for eight days", () => {
    expect(files.properties["VersioningConfiguration"]).toEqual({ Status: "Enabled" });
    const { Rules: rules } = files.properties["LifecycleConfiguration"] as { Rules: object[] };
    expect(rules).toContainEqual(
      expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 8 } }),
    );
    expect(rules).toContainEqual(
      expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } }),
    );
    // What principals have had is written anew with each upload.
    expect(rules).toContainEqual(
      expect.objectContaining({
        Prefix: ".waybill/limits/",
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      }),
    );
  });

  it("empties the collections that say so, and removes nothing of the others", () => {
    const { Rules: rules } = files.properties["LifecycleConfiguration"] as {
      Rules: { Prefix?: string; ExpirationInDays?: number }[];
    };
    expect(rules).toContainEqual({
      Id: "empty-temporary",
      Status: "Enabled",
      Prefix: "temporary/",
      ExpirationInDays: 7,
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    });
    expect(rules).toContainEqual({
      Id: "empty-temporary-of-markers",
      Status: "Enabled",
      Prefix: "temporary/",
      ExpiredObjectDeleteMarker: true,
    });
    const removing = rules.filter(({ ExpirationInDays: days }) => days !== undefined);
    expect(removing.map(({ Prefix }) => Prefix)).toEqual([".waybill/limits/", "temporary/"]);
  });

  it("tells a queue of new objects, which takes messages of this account's buckets alone", () => {
    const queue = one(ofType("AWS::SQS::Queue"), /^EventsQueue/);
    expect(JSON.stringify(files.properties["NotificationConfiguration"])).toContain(
      `:${queue.id.toLowerCase()}"`,
    );
    const allowing = allowed(statementsOf(resources, "AWS::SQS::QueuePolicy"));
    expect(allowing.map(({ Condition }) => Condition)).toEqual([
      {
        StringEquals: { "aws:SourceAccount": "111122223333" },
        ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" },
      },
    ]);
  });

  it("allows nothing to everybody", () => {
    const everybody = allowed(statementsOf(resources)).filter(({ Principal }) =>
      JSON.stringify(Principal ?? null).includes('"*"'),
    );
    expect(everybody).toEqual([]);
    const ofServices = ofType("AWS::Lambda::Permission").filter(({ id }) => !id.startsWith("StreamDoor"));
    expect(ofServices.length).toBeGreaterThan(2);
    for (const { properties } of ofServices) {
      expect(properties["Principal"]).toMatch(/^\w+\.amazonaws\.com$/);
      expect(properties["SourceArn"]).toMatch(/^arn:aws:/);
    }
  });

  it("lets everybody call the door that streams, by its URL alone, and no other function", () => {
    const { id } = one(ofType("AWS::Lambda::Function"), /^StreamDoor/);
    const FunctionName = `arn:aws:lambda:eu-west-1:111122223333:function:${id.toLowerCase()}`;
    const permissions = ofType("AWS::Lambda::Permission").filter((each) => each.id.startsWith("StreamDoor"));
    expect(permissions.map(({ properties }) => properties)).toEqual([
      { Action: "lambda:InvokeFunctionUrl", FunctionName, FunctionUrlAuthType: "NONE", Principal: "*" },
      { Action: "lambda:InvokeFunction", FunctionName, InvokedViaFunctionUrl: true, Principal: "*" },
    ]);
    const page = one(ofType("AWS::CloudFront::Distribution"), /^Page/);
    expect(ofType("AWS::Lambda::Url").map(({ properties }) => properties)).toEqual([
      {
        AuthType: "NONE",
        InvokeMode: "RESPONSE_STREAM",
        TargetFunctionArn: FunctionName,
        Cors: {
          AllowOrigins: [`https://${page.id.toLowerCase()}.domainname.example`],
          AllowMethods: ["GET"],
          AllowHeaders: ["*"],
          ExposeHeaders: ["content-range", "etag", "retry-after", "x-amz-checksum-crc64nvme"],
          MaxAge: 600,
        },
      },
    ]);
  });

  it("limits how many downloads are streamed at once, and gives what streams them public keys alone", () => {
    const { properties } = one(ofType("AWS::Lambda::Function"), /^StreamDoor/);
    expect(properties).toMatchObject({
      Handler: "stream-handler.handler",
      Architectures: ["arm64"],
      Runtime: "nodejs24.x",
      Timeout: 900,
      ReservedConcurrentExecutions: settingsOfStage(stage).streamedDownloads,
      Environment: {
        Variables: {
          WAYBILL_S3_BUCKET: files.id.toLowerCase(),
          WAYBILL_DOOR_PUBLIC_KEYS: expect.stringMatching(/^d1:MFkw/) as string,
        },
      },
    });
    const { Variables } = properties["Environment"] as { Variables: object };
    expect(Object.keys(Variables)).toHaveLength(2);
  });

  it("lets each distribution do to its own bucket what it is for, and no other", () => {
    const allowedTo = (id: RegExp) => {
      const { id: distribution } = one(ofType("AWS::CloudFront::Distribution"), id);
      const arn = `arn:aws:cloudfront::111122223333:distribution/${distribution.toLowerCase()}`;
      return allowed(statementsOf(resources, "AWS::S3::BucketPolicy"))
        .filter(
          ({ Condition }) =>
            JSON.stringify(Condition) === JSON.stringify({ StringEquals: { "AWS:SourceArn": arn } }),
        )
        .map(({ Action, Resource, Principal }) => ({ Action, Resource, Principal }));
    };
    const Principal = { Service: "cloudfront.amazonaws.com" };
    const objectsOf = (id: RegExp) => `arn:aws:s3:::${one(ofType("AWS::S3::Bucket"), id).id.toLowerCase()}/*`;
    expect(allowedTo(/^Page/)).toEqual([{ Action: "s3:GetObject", Resource: objectsOf(/^Page/), Principal }]);
    expect(allowedTo(/^Files/)).toEqual([
      { Action: ["s3:GetObject", "s3:PutObject"], Resource: objectsOf(/^Files/), Principal },
    ]);
    const ofCloudFront = allowed(statementsOf(resources, "AWS::S3::BucketPolicy")).filter((statement) =>
      JSON.stringify(statement.Principal).includes("cloudfront"),
    );
    expect(ofCloudFront).toHaveLength(2);
  });

  it("hands files out at the edge to those with a signature, and takes them through the door", () => {
    const { properties } = one(ofType("AWS::CloudFront::Distribution"), /^Files/);
    const { DefaultCacheBehavior: down, CacheBehaviors: others } = properties["DistributionConfig"] as {
      DefaultCacheBehavior: object;
      CacheBehaviors: object[];
    };
    const group = one(ofType("AWS::CloudFront::KeyGroup"), /./);
    expect(down).toMatchObject({
      TrustedKeyGroups: [group.id.toLowerCase()],
      AllowedMethods: ["GET", "HEAD", "OPTIONS"],
      ViewerProtocolPolicy: "https-only",
      Compress: false,
    });
    expect(others).toEqual([
      expect.objectContaining({
        PathPattern: "/up/*",
        CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", // CachingDisabled
        LambdaFunctionAssociations: [
          { EventType: "viewer-request", LambdaFunctionARN: expect.any(String) as string },
        ],
        ViewerProtocolPolicy: "https-only",
        Compress: false,
      }),
    ]);
  });

  it("has at the edge what Lambda@Edge takes: no variables, in us-east-1", () => {
    const edge = Object.entries(templates[`waybill-${stage}-edge`]?.Resources ?? {});
    const functions = edge.filter(([, { Type }]) => Type === "AWS::Lambda::Function");
    expect(functions.map(([, { Properties }]) => Properties)).toEqual([
      expect.not.objectContaining({ Environment: expect.anything() as object }),
    ]);
    expect(JSON.stringify(functions)).not.toContain("arm64");
  });

  it("asks for a token on every route that is not open", () => {
    const routes = ofType("AWS::ApiGatewayV2::Route").map(({ properties }) => properties);
    const open = routes.filter(({ AuthorizationType: how }) => how !== "JWT").map(({ RouteKey: key }) => key);
    const expected = Object.entries(OPEN_ROUTES).flatMap(([path, { methods }]) =>
      methods.map((method) => `${method} ${path}`),
    );
    expect(new Set(open)).toEqual(new Set(expected));
    expect(
      routes.filter(({ AuthorizationType: how }) => how === "JWT").map(({ RouteKey: key }) => key),
    ).toEqual(["GET /{proxy+}", "POST /{proxy+}"]);
  });

  it("limits how often the API is called, and logs neither paths nor queries", () => {
    const { properties } = one(ofType("AWS::ApiGatewayV2::Stage"), /./);
    expect(properties["DefaultRouteSettings"]).toEqual({
      ThrottlingRateLimit: 200,
      ThrottlingBurstLimit: 400,
    });
    const { Format } = properties["AccessLogSettings"] as { Format: string };
    expect(Format).not.toMatch(/path|query|header|resourcePath|authorizer\.claims/i);
  });

  it("puts no secret into a template: functions are told where it is", () => {
    const secret =
      /PRIVATE KEY|resolve:ssm-secure|resolve:secretsmanager|ClientSecret"\s*:|resolve:ssm:(?!\/cdk\/exports\/)/g;
    expect(JSON.stringify(templates).match(secret)).toBeNull();
    for (const { properties } of ofType("AWS::Lambda::Function")) {
      const { Variables = {} } = (properties["Environment"] ?? {}) as { Variables?: Record<string, string> };
      for (const [name, value] of Object.entries(Variables)) {
        if (/KEYS|SECRET|TOKEN/.test(name) && !/_PUBLIC_/.test(name))
          expect([name, value]).toEqual([
            expect.stringMatching(/_PARAMETER$/),
            expect.stringMatching(/^\/waybill\/\w+\/[\w-]+(:\d+)?$/),
          ]);
      }
    }
  });

  it("watches CloudFront from where CloudFront counts", () => {
    const watch = Object.values(templates[`waybill-${stage}-watch`]?.Resources ?? {});
    const alarms = watch.filter(({ Type }) => Type === "AWS::CloudWatch::Alarm");
    expect(alarms.map(({ Properties }) => [Properties?.["Namespace"], Properties?.["MetricName"]])).toEqual([
      ["AWS/CloudFront", "5xxErrorRate"],
      ["AWS/CloudFront", "5xxErrorRate"],
    ]);
  });

  it("tells somebody of every alarm", () => {
    const alarms = ofType("AWS::CloudWatch::Alarm");
    expect(alarms.length).toBeGreaterThan(8);
    for (const { properties } of alarms) expect(properties["AlarmActions"]).toHaveLength(1);
  });

  it("keeps logs for a month", () => {
    for (const { properties } of ofType("AWS::Logs::LogGroup"))
      expect(properties["RetentionInDays"]).toBe(30);
  });

  it("keeps files and users when it is destroyed, or not, as it is set", () => {
    const kept = settingsOfStage(stage).keepData ? "Retain" : "Delete";
    const users = one(ofType("AWS::Cognito::UserPool"), /./);
    expect([files.deletionPolicy, users.deletionPolicy]).toEqual([kept, kept]);
  });

  it("has people log in with a code of Cognito's page and a second factor, and no client that takes passwords", () => {
    expect(one(ofType("AWS::Cognito::UserPool"), /./).properties["MfaConfiguration"]).toBe("ON");
    for (const { properties } of ofType("AWS::Cognito::UserPoolClient")) {
      expect(properties["AllowedOAuthFlows"]).toHaveLength(1);
      expect(["code", "client_credentials"]).toContain((properties["AllowedOAuthFlows"] as string[])[0]);
      expect(JSON.stringify(properties["ExplicitAuthFlows"] ?? [])).not.toMatch(/PASSWORD/);
    }
  });
});

it("knows no other stages", () => {
  expect(() => settingsOfStage("nope")).toThrow(/only dev and prod/);
});

function one(found: Resource[], id: RegExp): Resource {
  const matching = found.filter((resource) => id.test(resource.id));
  const [first] = matching;
  if (first === undefined || matching.length > 1)
    throw new Error(`There are ${matching.length} of ${String(id)}.`);
  return first;
}

/** Of all policies, or of those of one type of resource. */
function statementsOf(resources: Resource[], type?: string): Statement[] {
  return resources
    .filter((resource) => type === undefined || resource.type === type)
    .flatMap(({ properties }) => [properties["PolicyDocument"], properties["AssumeRolePolicyDocument"]])
    .flatMap((document) =>
      document === undefined ? [] : (document as { Statement: Statement[] }).Statement,
    );
}

function allowed(statements: Statement[]): Statement[] {
  return statements.filter(({ Effect }) => Effect === "Allow");
}
