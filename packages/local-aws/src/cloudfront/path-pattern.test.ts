import { expect, it } from "vitest";
import { normalizePath, toPathMatcher } from "./path-pattern.ts";

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
it.each([
  ["*.jpg", "/a/b.jpg", true],
  ["*.jpg", "/LOGO.JPG", false],
  ["images/*.jpg", "/images/product1/a.jpg", true],
  ["/images/*.jpg", "/images/a.jpg", true],
  ["images/*.jpg", "/other/images/a.jpg", false],
  ["a*.jpg", "/abra/cadabra/magic.jpg", true],
  ["a??.jpg", "/ant.jpg", true],
  ["a??.jpg", "/at.jpg", false],
  ["*.doc?", "/a.doc", false],
  ["/up/*", "/up/k", true],
  ["/up/*", "/up", false],
  ["/up/*", "/Up/k", false],
  ["/up/*", "/upper/k", false],
  ["/a/b*", "/a/b/..", false],
  ["/a*", "/a/b/..", true],
  ["/up/*", "/x/../up/k", true],
  ["/up/*", "/up/../k", false],
  ["/up/*", "/%75p/k", true],
  ["/up/*", "//up//k", true],
  ["/up/*", "/up%2Fk", false],
  ["a.b", "/axb", false],
  ["*", "/", true],
])("%s and %s: %s", (pattern, path, expected) => expect(toPathMatcher(pattern)(path)).toBe(expected));

it.each([
  ["/", "/"],
  ["/a/./b//c", "/a/b/c"],
  ["/a/b/..", "/a/"],
  ["/a/b/../", "/a/"],
  ["/../..", "/"],
  ["/a%2e%2E/b", "/a../b"],
  ["/a/%2e%2e/b", "/b"],
  ["/a%2fb%7e", "/a%2Fb~"],
])("%s is normalised to %s", (path, expected) => expect(normalizePath(path)).toBe(expected));
