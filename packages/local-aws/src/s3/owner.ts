import { xmlElement, xmlText } from "./xml/write-xml.ts";

/** There is one account here; Amazon's ids are 64 hexadecimal digits too. */
const OWNER_ID = "0".repeat(64);

const IDENTITY = [xmlText("ID", OWNER_ID), xmlText("DisplayName", "local")];

export const OWNER_XML = xmlElement("Owner", IDENTITY);
export const INITIATOR_XML = xmlElement("Initiator", IDENTITY);
