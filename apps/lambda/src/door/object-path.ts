/** Where this API takes objects itself: `/objects/<key>`, with the key as one segment. */
export const OBJECT_PATH = /^\/objects\/([^/]+)$/;
