import type { ContentHandling, GatewayResponse, GatewayResponseType } from "./openapi-document.ts";
import type { RequestPlace, ValueSource } from "./value-source.ts";

/** A document of OpenAPI that was read and found to be executable. */
export interface RestDefinition {
  readonly resources: readonly Resource[];
  readonly binaryMediaTypes: readonly string[];
  readonly gatewayResponses: Readonly<Partial<Record<GatewayResponseType, GatewayResponse>>>;
}

export interface Resource {
  /** `/objects/{key}` */
  readonly path: string;
  readonly segments: readonly Segment[];
  readonly methods: ReadonlyMap<string, RestMethod>;
}

export type Segment = { readonly literal: string } | { readonly parameter: string };

export interface RestMethod {
  /** Names of parameters without which a request is refused. */
  readonly required: readonly { readonly place: RequestPlace; readonly name: string }[];
  readonly authorizer: Authorizer | undefined;
  readonly integration: Integration;
}

export interface Authorizer {
  readonly name: string;
  readonly uri: string;
  readonly identitySources: readonly ValueSource[];
  readonly ttlSeconds: number;
}

export interface Mapping {
  readonly place: RequestPlace;
  readonly name: string;
  readonly source: ValueSource;
}

interface IntegrationBase {
  readonly contentHandling: ContentHandling | undefined;
  /** A default comes last, and matches everything. */
  readonly responses: readonly IntegrationResponse[];
}

export interface S3Integration extends IntegrationBase {
  readonly kind: "s3";
  readonly httpMethod: string;
  readonly region: string;
  /** `bucket/{key}` */
  readonly pathTemplate: string;
  readonly roleArn: string;
  readonly mappings: readonly Mapping[];
  readonly timeoutMs: number;
}

export interface MockIntegration extends IntegrationBase {
  readonly kind: "mock";
  readonly status: number;
}

export type Integration = S3Integration | MockIntegration;

export interface IntegrationResponse {
  readonly matches: (status: string) => boolean;
  readonly status: number;
  readonly headers: readonly { readonly name: string; readonly source: ValueSource }[];
  readonly contentHandling: ContentHandling | undefined;
}
