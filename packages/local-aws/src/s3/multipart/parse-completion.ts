import { createHash } from "node:crypto";
import { MAX_PART_COUNT } from "@waybill/core/s3-limits";
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumType,
  checksumElement,
  parseChecksumType,
} from "../checksums/checksum-algorithm.ts";
import { type DeclaredChecksum, parseDeclaredChecksum } from "../checksums/declared-checksum.ts";
import { parseInteger } from "../parse-integer.ts";
import { S3Error } from "../s3-error.ts";
import { childText, parseXml, type XmlElement } from "../xml/parse-xml.ts";

/** A part as the client lists it. */
export interface ListedPart {
  partNumber: number;
  eTag: string;
  checksums: readonly DeclaredChecksum[];
}

/** What CompleteMultipartUpload asks for. */
export interface Completion {
  parts: readonly ListedPart[];
  /** Of the whole object, by header. */
  checksum: DeclaredChecksum | undefined;
  checksumType: ChecksumType | undefined;
  sizeBytes: number | undefined;
  /** Equal for equal lists of parts: how a repeated Complete is known. */
  fingerprint: string;
}

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 *
 * @throws {S3Error} `MalformedXML`, `InvalidRequest`, `InvalidArgument`
 */
export function parseCompletion(headers: ReadonlyMap<string, string>, body: Buffer): Completion {
  const { children } = parseXml(body, "CompleteMultipartUpload");
  if (children.length === 0 || children.length > MAX_PART_COUNT) throw new S3Error("MalformedXML");
  const parts = children.map(parsePart);
  const listed = parts.map(({ partNumber, eTag }) => [partNumber, eTag.replaceAll('"', "")]);
  const size = headers.get("x-amz-mp-object-size");
  return {
    parts,
    checksum: parseDeclaredChecksum(headers, { composite: true }),
    checksumType: parseType(headers.get("x-amz-checksum-type")),
    sizeBytes: size === undefined ? undefined : parseObjectSize(size),
    fingerprint: createHash("sha256").update(JSON.stringify(listed)).digest("base64url"),
  };
}

function parsePart(element: XmlElement): ListedPart {
  const partNumber = childText(element, "PartNumber") ?? "";
  const eTag = childText(element, "ETag");
  if (element.name !== "Part" || !/^\d+$/.test(partNumber) || !eTag) {
    throw new S3Error("MalformedXML");
  }
  return {
    partNumber: parseInteger(partNumber, {
      name: "partNumber",
      min: 1,
      max: MAX_PART_COUNT,
      message: "PartNumber must be >= 1 and <= 10000",
    }),
    eTag,
    checksums: CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
      const value = childText(element, checksumElement(algorithm));
      return value === undefined ? [] : [{ algorithm, value }];
    }),
  };
}

function parseType(text: string | undefined): ChecksumType | undefined {
  if (text === undefined) return undefined;
  const type = parseChecksumType(text);
  if (type !== undefined) return type;
  throw new S3Error("InvalidRequest", {
    message: "Value for x-amz-checksum-type header is invalid.",
  });
}

function parseObjectSize(text: string): number {
  return parseInteger(text, {
    name: "x-amz-mp-object-size",
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    message: "Value for x-amz-mp-object-size header is invalid.",
  });
}
