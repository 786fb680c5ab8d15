import type { PresignOptions } from "./presign.ts";
import { absorb, BEGINNING, finalBlocks, type Midstate } from "./sha256/midstate.ts";
import { signingContext, type SigningContext } from "./signing-context.ts";
import { hmacMessages, type HmacMessages } from "./signing-messages.ts";

/** UploadPart requests that differ in part number, length and checksum only, which it lacks. */
export interface PartsOptions extends PresignOptions {
  /** Sorts behind `content-length`, as all of S3's and `content-md5` do. */
  checksumHeader: string;
}

/** A number for each text in which parts differ. */
export interface PartTexts {
  partNumber: number;
  sizeBytes: number;
  checksum: number;
}

/**
 * What the UploadPart requests of one upload have in common, hashed as far as it goes: `partNumber`
 * sorts behind every `X-Amz-*` parameter, so all before it, a long session token included, is read
 * once.
 *
 * @returns `blocksFor` texts of given lengths the last blocks of the request, with zeros in the texts' places,
 *   and the positions of these places
 */
export function partTemplate(options: PartsOptions): {
  hmac: HmacMessages;
  /** What all requests begin with. */
  from: Midstate;
  blocksFor: (lengths: PartTexts) => { blocks: Uint8Array; positions: PartTexts };
} {
  const context = signingContext(options);
  const { head, beforeSize, beforeChecksum, tail } = splitRequest(options, context);
  const { midstate, rest } = absorb(BEGINNING, head);

  function blocksFor(lengths: PartTexts) {
    const partNumber = rest.length;
    const sizeBytes = partNumber + lengths.partNumber + beforeSize.length;
    const checksum = sizeBytes + lengths.sizeBytes + beforeChecksum.length;
    const end = concat(
      rest,
      new Uint8Array(lengths.partNumber),
      beforeSize,
      new Uint8Array(lengths.sizeBytes),
      beforeChecksum,
      new Uint8Array(lengths.checksum),
      tail,
    );
    const blocks = finalBlocks(end, midstate.byteCount + end.length);
    return { blocks, positions: { partNumber, sizeBytes, checksum } };
  }

  return { hmac: hmacMessages(context), from: midstate, blocksFor };
}

/** The canonical request without part number, length and checksum: the pieces around them. */
function splitRequest(options: PartsOptions, { canonicalize }: SigningContext) {
  const { checksumHeader } = options;
  const query = { ...options.query, partNumber: "0" };
  const headers = { ...options.headers, "content-length": "0", [checksumHeader]: "0" };
  const { text } = canonicalize({ ...options, query, headers });
  // & and line breaks are encoded in keys and stand in no header's value: nothing else looks like these.
  const numberAt = endOf("&partNumber=", text, 0);
  const sizeAt = endOf("\ncontent-length:", text, numberAt);
  const checksumAt = endOf(`\n${checksumHeader}:`, text, sizeAt);
  return {
    head: encoder.encode(text.slice(0, numberAt)),
    beforeSize: encoder.encode(text.slice(numberAt + 1, sizeAt)),
    beforeChecksum: encoder.encode(text.slice(sizeAt + 1, checksumAt)),
    tail: encoder.encode(text.slice(checksumAt + 1)),
  };
}

function endOf(place: string, text: string, from: number): number {
  const at = text.indexOf(place, from);
  if (at === -1) throw new TypeError("This is no UploadPart request.");
  return at + place.length;
}

function concat(...pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

const encoder = new TextEncoder();
