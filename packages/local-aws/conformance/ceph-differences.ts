import type { KnownDifferences } from "./known-differences.ts";

/** Where Ceph RGW 20.2 does not answer as Amazon documents. */
export const CEPH_DIFFERENCES: KnownDifferences = {
  // objects
  "keeps a key with a NUL in it": "its list is not well-formed XML",
  "calls a key over 1,024 bytes KeyTooLongError": "InvalidObjectName",
  // metadata
  "takes the content-type that a browser adds to a presigned upload": "403",
  "gives back metadata that is not ASCII in the words of RFC 2047": "as it came",
  "takes a name that is not ASCII in the query of a presigned upload": "gives it back in UTF-8",
  "refuses metadata over 2 KB": "takes it",
  // deleting many objects
  "refuses a body without Content-MD5 or a checksum": "takes it",
  "refuses a body with another Content-MD5": "takes it",
  "calls what it cannot read MalformedXML": "400 without a body",
  "refuses elements and values that its schema does not have": "takes them",
  // copies
  "are answered with their checksum": "without one",
  "get the checksum that the request names": "keeps that of the source",
  "are objects of one piece, with the ETag and checksum of such": "keeps those of the multipart object",
  "refuse with 412 a source that is still the one that was known": "304",
  "can be on the target": "copies all the same",
  // lists
  "refuses a token that it did not give": "takes it for a key",
  "go on behind a key": "goes on at that key",
  "are rolled up at a delimiter, and go on behind what was rolled up": "a page of one holds two",
  "are of one key by age": "by id, which is random",
  // lifecycle rules
  "can ask for sizes": "comes back without And",
  "with a time of day are refused": "MalformedXML",
  "with nothing to do are refused": "MalformedXML",
  "announce the same to who copies and who completes an upload": "to neither",
  // multipart uploads
  "refuses parts that are not in the order of their numbers": "sorts them",
  "refuses to make an object of another size than the client says": "makes it",
  "leaves out the parts that are not listed": "InvalidPart",
  "refuses the part number 0": "takes it",
  "refuses the part number 10001": "takes it",
  "knows no upload any more when other parts are to complete it again": "500 InternalError",
  "answers ListParts of what is no upload of the key with NoSuchUpload": "NoSuchKey",
  // checksums
  "are verified and kept without x-amz-sdk-checksum-algorithm too": "neither",
  "are of CRC64NVME when the client sends none": "there is none",
  "in CRC64NVME are held against that which the client expects of the object": "takes any other",
  "that make a composite one come with each part": "takes a part without",
  "that make a composite one are named again to complete the upload": "takes the list without",
  "are all in the algorithm of the upload": "takes another",
};
