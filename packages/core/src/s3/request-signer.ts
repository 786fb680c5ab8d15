import { contentDisposition } from "../keys/content-disposition.ts";
import type { UserMetadata } from "../keys/user-metadata.ts";
import { partRange, type UploadPlan } from "../multipart/plan-upload.ts";
import type { Integrity } from "../schemas/object.ts";
import type { SignedForm, SignedRequest } from "../schemas/request.ts";
import type { SignedParts } from "../schemas/upload.ts";
import type { Credentials } from "../sigv4/credentials.ts";
import { grantExpiry } from "../sigv4/grant-expiry.ts";
import { presignPost, type FormToSign } from "../sigv4/presign-post.ts";
import { presign, presignedUrlAround, signQuery, type PresignOptions } from "../sigv4/presign.ts";
import { packSignatures } from "../sigv4/pack-signatures.ts";
import { signParts } from "../sigv4/sign-parts.ts";
import { uriEncode, uriEncodeKey } from "../sigv4/uri-encode.ts";
import type { BucketAddress } from "./bucket-address.ts";
import { CHECKSUM_HEADERS, putHeaders } from "./upload-headers.ts";

export interface RequestSignerDeps {
  address: BucketAddress;
  region: string;
  /** Asked before every grant; caching and refreshing is the provider's affair. */
  credentials: () => Promise<Credentials>;
  now: () => Date;
}

export interface PutToSign {
  key: string;
  fileName: string;
  contentType: string;
  metadata: UserMetadata;
  sizeBytes: number;
  /** Whether it may replace an object. */
  overwrite: boolean;
}

/** Signs for one route. What is signed is exactly what was checked: method, key, length, type, checksum, no overwrite. */
export interface RouteSigner {
  /** A GET, with the name under which a browser saves the file. */
  signGet(options: {
    key: string;
    fileName: string;
    disposition: "attachment" | "inline";
    asked?: number | undefined;
    policy: number;
  }): Promise<{
    request: SignedRequest;
    expiresAt: Date;
    /** The most bytes of one answer, where a deployment offers another than the table of routes says. */
    maxBytes?: number;
  }>;
  /** One PUT of the whole object. */
  signPut(options: {
    put: PutToSign;
    integrity: Integrity;
    checksum: string | undefined;
    policy: number;
  }): Promise<SignedParts>;
  /** UploadPart requests of one multipart upload. */
  signParts(options: {
    key: string;
    uploadId: string;
    plan: UploadPlan;
    integrity: Integrity;
    parts: readonly { partNumber: number; checksum: string }[];
    policy: number;
  }): Promise<SignedParts>;
}

/** Signs what goes straight to the store. */
export interface RequestSigner extends RouteSigner {
  /** A browser's form upload of one file. */
  signPost(options: {
    form: FormToSign;
    asked?: number | undefined;
    policy: number;
  }): Promise<{ form: SignedForm; expiresAt: Date }>;
}

export function createRequestSigner({ address, region, credentials, now }: RequestSignerDeps): RequestSigner {
  async function begin(policy: number, asked?: number) {
    const signedAt = now();
    const signing = await credentials();
    const { expiresIn, expiresAt } = grantExpiry({ asked, policy, credentials: signing, now: signedAt });
    const signer = { credentials: signing, region, expiresIn, signedAt };
    const base = (key: string) => ({
      origin: address.origin,
      path: `${address.pathPrefix}/${key}`,
      ...signer,
    });
    return { base, signer, expiresAt };
  }

  return {
    async signGet({ key, fileName, disposition, asked, policy }) {
      const { base, expiresAt } = await begin(policy, asked);
      const query = {
        ...unsignedPayload,
        "response-content-disposition": contentDisposition(disposition, fileName),
        "x-id": "GetObject",
      };
      return {
        request: { method: "GET", url: presign({ ...base(key), method: "GET", query }), headers: {} },
        expiresAt,
      };
    },

    async signPut({ put, integrity, checksum, policy }) {
      const { base, expiresAt } = await begin(policy);
      const { checksumHeader } = CHECKSUM_HEADERS[integrity];
      const headers = putHeaders(put, integrity);
      const options = (value: string): PresignOptions => ({
        ...base(put.key),
        method: "PUT",
        query: { ...unsignedPayload, "x-id": "PutObject" },
        headers: { ...headers, [checksumHeader]: value, "content-length": String(put.sizeBytes) },
      });
      const { head, tail } = presignedUrlAround(options(""));
      return {
        template: { method: "PUT", url: `${head}{signature}${tail}`, headers, checksumHeader },
        signatures: checksum === undefined ? "" : packSignatures(signQuery(options(checksum))),
        signatureForm: "hex",
        expiresAt: expiresAt.toISOString(),
      };
    },

    async signParts({ key, uploadId, plan, integrity, parts, policy }) {
      const { base, expiresAt } = await begin(policy);
      const { checksumHeader, alongside: headers } = CHECKSUM_HEADERS[integrity];
      const options = (partNumber: Record<string, string>): PresignOptions => ({
        ...base(key),
        method: "PUT",
        query: { ...unsignedPayload, ...partNumber, uploadId, "x-id": "UploadPart" },
        headers,
      });
      const signedHeaders = { ...headers, "content-length": "", [checksumHeader]: "" };
      const { head, tail } = presignedUrlAround({
        ...options({ partNumber: "{partNumber}" }),
        headers: signedHeaders,
      });
      const encoded = `&partNumber=${uriEncode("{partNumber}")}&`; // & and = stand nowhere else but between parameters
      const url = `${head}{signature}${tail}`.replace(encoded, "&partNumber={partNumber}&");
      const signatures = signParts(
        { ...options({}), checksumHeader },
        parts.map(({ partNumber, checksum }) => {
          const { start, end } = partRange(plan, partNumber);
          return { partNumber, sizeBytes: end - start, checksum };
        }),
      );
      return {
        template: { method: "PUT", url, headers, checksumHeader },
        signatures: packSignatures(signatures),
        signatureForm: "hex",
        expiresAt: expiresAt.toISOString(),
      };
    },

    async signPost({ form, asked, policy }) {
      const { signer, expiresAt } = await begin(policy, asked);
      const fields = presignPost({ ...form, ...signer, bucket: address.bucket });
      const url = `${address.origin}${uriEncodeKey(address.pathPrefix)}/`;
      return { form: { method: "POST", url, fields }, expiresAt };
    },
  };
}

const unsignedPayload = { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" };
