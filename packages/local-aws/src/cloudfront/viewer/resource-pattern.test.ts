import { expect, it } from "vitest";
import { matchesResource } from "./resource-pattern.ts";

const HOST = "d111111abcdef8.cloudfront.net";

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
it.each([
  ["https://www.example.com/hello*world", "https://www.example.com/helloworld", true],
  ["https://www.example.com/hello*world", "https://www.example.com/hello-world", true],
  ["https://www.example.com/hello*world", "https://www.example.net/hello?world", false],
  ["https://www.example.com/hello*world", "https://www.example.com/hello?world", false],
  [`https://${HOST}/*game_download.zip*`, `https://${HOST}/game_download.zip`, true],
  [`https://${HOST}/*game_download.zip*`, `https://${HOST}/example_game_download.zip?license=yes`, true],
  [`https://${HOST}/*game_download.zip*`, `https://${HOST}/test_game_download.zip?license=temp`, true],
  [`https://${HOST}/*game_download.zip*`, `http://${HOST}/game_download.zip`, false],
  ["http://example.com/hello*", "http://example.com/hello?any=1", true],
  ["http://example.com/hello*", "http://example.com/hello/deep/er", true],
  ["http://example.com/hello*x", "http://example.com/hellox?any=1", false],
  ["http://example.com*", "http://example.com/a?b", true],
  ["http://example.com*", "http://example.com.evil.test/a", true],
  ["http://example.com/*", "http://example.com.evil.test/a", false],
  ["http://*/a", "http://any.test/a", true],
  ["*://example.com/a", "https://example.com/a", true],
  ["*example.com", "https://www.example.com/", true],
  ["*example.com", "https://www.example.com/a", false],
  ["*", "http://anything.test/at?all", true],
  [
    `https://${HOST}/horizon.jpg?size=large&license=yes`,
    `https://${HOST}/horizon.jpg?size=large&license=yes`,
    true,
  ],
  [`https://${HOST}/horizon.jpg\\?size=large`, `https://${HOST}/horizon.jpg?size=large`, true],
  [`https://${HOST}/horizon.jpg?size=large`, `https://${HOST}/horizon.jpg?size=larger`, false],
  [`https://${HOST}/horizon.jpg?size=?????`, `https://${HOST}/horizon.jpg?size=large`, true],
  [`https://${HOST}/horizon.jpg`, `https://${HOST}/horizon.jpg?size=large`, false],
  [`https://${HOST}/a.jpg`, `https://${HOST}/aXjpg`, false],
  [`https://${HOST}/A`, `https://${HOST}/a`, false],
  [`https://${HOST}/prefix/*`, `https://${HOST}/prefix`, false],
])("%s and %s: %s", (resource, url, expected) => expect(matchesResource(resource, url)).toBe(expected));
