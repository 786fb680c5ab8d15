type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export interface Resource {
  id: string;
  type: string;
  properties: Record<string, unknown>;
  deletionPolicy: string;
}

export interface Template {
  Resources: Record<string, { Type: string; Properties?: Record<string, Json>; DeletionPolicy?: string }>;
  Outputs?: Record<string, { Value: Json }>;
}

interface Place {
  account: string;
  region: string;
}

/** A template as CloudFormation could fill it in: each resource is called by its logical id. */
export function resolveTemplate(template: Template, place: Place): Resource[] {
  return Object.entries(template.Resources).map(([id, { Type: type, Properties = {}, DeletionPolicy }]) => ({
    id,
    type,
    properties: resolve(template, place, Properties) as Record<string, unknown>,
    deletionPolicy: DeletionPolicy ?? "Delete",
  }));
}

function resolve(template: Template, place: Place, value: Json): Json {
  const inner = (part: Json) => resolve(template, place, part);
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = ["", null], ...others] = Object.entries(value);
  const list = Array.isArray(argument) ? argument : [argument];
  if (others.length === 0) {
    switch (name) {
      case "Ref":
        return reference(template, place, text(argument));
      case "Fn::GetAtt":
        return attribute(template, place, list.map(text));
      case "Fn::Join":
        return texts(inner(list[1] ?? null)).join(text(list[0]));
      case "Fn::Select":
        return texts(inner(list[1] ?? null))[Number(list[0])] ?? "";
      case "Fn::Split":
        return text(inner(list[1] ?? null)).split(text(list[0]));
      case "Fn::Sub":
        return text(argument).replaceAll(/\$\{([\w:]+)\}/g, (_, id: string) =>
          reference(template, place, id),
        );
    }
    if (name.startsWith("Fn::")) throw new Error(`${name} is not known here.`);
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inner(part)]));
}

function text(value: Json | undefined): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new Error(`${JSON.stringify(value)} is no text.`);
}

function texts(value: Json): string[] {
  return Array.isArray(value) ? value.map(text) : [text(value)];
}

function reference(template: Template, { account, region }: Place, name: string): string {
  const pseudo: Record<string, string> = {
    "AWS::Partition": "aws",
    "AWS::AccountId": account,
    "AWS::Region": region,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
    "AWS::StackId": `arn:aws:cloudformation:${region}:${account}:stack/stack/1`,
  };
  const known = pseudo[name] ?? (name in template.Resources ? physicalName(name) : undefined);
  if (known === undefined) throw new Error(`Nothing is called ${name}.`);
  return known;
}

function attribute(template: Template, place: Place, [id = "", ...names]: readonly string[]): string {
  const type = template.Resources[id]?.Type;
  const name = names.join(".");
  if (name === "Arn" && type !== undefined) return arnOf(type, physicalName(id), place);
  const host = `${physicalName(id)}.${name.toLowerCase()}.example`;
  if (name === "FunctionUrl") return `https://${host}/`;
  return /Endpoint$|URL$/.test(name) ? `https://${host}` : host;
}

/** In lower case, as a bucket has to be. */
function physicalName(id: string): string {
  return id.toLowerCase();
}

function arnOf(type: string, name: string, { account, region }: Place): string {
  switch (type) {
    case "AWS::S3::Bucket":
      return `arn:aws:s3:::${name}`;
    case "AWS::IAM::Role":
      return `arn:aws:iam::${account}:role/${name}`;
    case "AWS::Logs::LogGroup":
      return `arn:aws:logs:${region}:${account}:log-group:${name}:*`;
    case "AWS::SQS::Queue":
      return `arn:aws:sqs:${region}:${account}:${name}`;
    case "AWS::Lambda::Function":
      return `arn:aws:lambda:${region}:${account}:function:${name}`;
    default:
      return `arn:aws:${type.split("::")[1]?.toLowerCase()}:${region}:${account}:${name}`;
  }
}
