import { xmlDocument, xmlElement, xmlOptional, xmlText } from "../xml/write-xml.ts";
import type { LifecycleFilter, LifecycleRule } from "./lifecycle-configuration.ts";

export function toLifecycleXml(rules: readonly LifecycleRule[]): string {
  return xmlDocument("LifecycleConfiguration", rules.map(toRuleXml));
}

function toRuleXml({ id, isEnabled, scope, ...actions }: LifecycleRule): string {
  return xmlElement("Rule", [
    xmlText("ID", id),
    scope.form === "filter" ? toFilterXml(scope) : xmlOptional("Prefix", scope.prefix),
    xmlText("Status", isEnabled ? "Enabled" : "Disabled"),
    toActionXml("Expiration", {
      Days: actions.expirationDays,
      Date: actions.expirationDate,
      ExpiredObjectDeleteMarker: actions.expiredObjectDeleteMarker,
    }),
    toActionXml("NoncurrentVersionExpiration", {
      NoncurrentDays: actions.noncurrentDays,
      NewerNoncurrentVersions: actions.newerNoncurrentVersions,
    }),
    toActionXml("AbortIncompleteMultipartUpload", { DaysAfterInitiation: actions.daysAfterInitiation }),
  ]);
}

function toFilterXml(filter: LifecycleFilter): string {
  const predicates = [
    xmlOptional("Prefix", filter.prefix),
    ...(filter.tags ?? []).map(({ key, value }) =>
      xmlElement("Tag", [xmlText("Key", key), xmlText("Value", value)]),
    ),
    xmlOptional("ObjectSizeGreaterThan", filter.objectSizeGreaterThan),
    xmlOptional("ObjectSizeLessThan", filter.objectSizeLessThan),
  ].filter((predicate) => predicate !== undefined);
  return xmlElement("Filter", predicates.length > 1 ? [xmlElement("And", predicates)] : predicates);
}

/** @returns nothing where none of its elements is given */
function toActionXml(
  name: string,
  elements: Readonly<Record<string, string | number | boolean | undefined>>,
): string | undefined {
  const given = Object.entries(elements).flatMap(([element, value]) =>
    value === undefined ? [] : [xmlText(element, value)],
  );
  return given.length === 0 ? undefined : xmlElement(name, given);
}
