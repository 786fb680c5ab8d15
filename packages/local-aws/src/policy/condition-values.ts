import { BlockList, isIP } from "node:net";

/** An integer or decimal number. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/**
 * Milliseconds since 1970 of an ISO 8601 date in one of the W3C's forms, or of seconds since 1970. A year alone
 * is taken as neither: four digits could be both.
 */
export function parseDate(text: string): number | undefined {
  if (/^\d{5,12}(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const time = ISO_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Source: https://www.w3.org/TR/NOTE-datetime */
const ISO_DATE = /^\d{4}-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?$/;

/**
 * An address, or a range of them in CIDR notation, of either version. An address alone is a range of one; AWS
 * says so of IPv4 (`/32`). An IPv4 address is in no IPv6 range, except where it is written as an IPv6 one
 * (`::ffff:192.0.2.1`).
 *
 * @returns whether an address is in it
 */
export function parseIpRange(text: string): ((address: string) => boolean) | undefined {
  const match = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text);
  const [, first = "", prefixText] = match ?? [];
  const version = isIP(first);
  const bits = version === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (version === 0 || prefix > bits) return undefined;
  const range = new BlockList();
  range.addSubnet(first, prefix, version === 4 ? "ipv4" : "ipv6");
  return (address) => {
    const family = isIP(address);
    if (family === 0 || (family === 4 && version === 6)) return false; // a BlockList finds IPv4 in ::/0
    return range.check(address, family === 4 ? "ipv4" : "ipv6");
  };
}
