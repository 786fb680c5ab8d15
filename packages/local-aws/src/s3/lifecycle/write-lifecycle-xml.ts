import { xmlDocument, xmlElement, xmlOptional, xmlText } from "../xml/write-xml.ts";
import type { LifecycleFilter, LifecycleRule } from "./lifecycle-configuration.ts";

export function toLifecycleXml(rules: readonly LifecycleRule[]): string {
  return xmlDocument("LifecycleConfiguration", rules.map(toRuleXml));
}

function toRuleXml({ id, isEnabled, scope, ...actions }: LifecycleRule): string {
  const { expirationDays, expirationDate, daysAfterInitiation } = actions;
  return xmlElement("Rule", [
    xmlText("ID", id),
    scope.form === "filter" ? toFilterXml(scope) : xmlOptional("Prefix", scope.prefix),
    xmlText("Status", isEnabled ? "Enabled" : "Disabled"),
    toActionXml("Expiration", { Days: expirationDays, Date: expirationDate }),
    toActionXml("AbortIncompleteMultipartUpload", { DaysAfterInitiation: daysAfterInitiation }),
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
  elements: Readonly<Record<string, string | number | undefined>>,
): string | undefined {
  const given = Object.entries(elements).filter(([, value]) => value !== undefined);
  if (given.length === 0) return undefined;
  return xmlElement(
    name,
    given.map(([element, value]) => xmlOptional(element, value)),
  );
}
