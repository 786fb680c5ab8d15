/** A field of a form, under its name as it was sent. */
export interface FormField {
  name: string;
  value: string;
}

/** The fields before the file, under their names in lower case: Amazon takes them in any case. */
export type FormFields = ReadonlyMap<string, FormField>;

/**
 * The values of fields of one name are joined by commas, and a policy sees them so.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTForms.html
 */
export function toFormFields(sent: readonly FormField[]): FormFields {
  const fields = new Map<string, FormField>();
  for (const field of sent) {
    const id = field.name.toLowerCase();
    const before = fields.get(id);
    const value = before === undefined ? field.value : `${before.value},${field.value}`;
    fields.set(id, { name: before?.name ?? field.name, value });
  }
  return fields;
}

/** @param name - in lower case */
export function fieldValue(fields: FormFields, name: string): string | undefined {
  return fields.get(name)?.value;
}

/**
 * Put the name of the uploaded file wherever a field says `${filename}`. The policy is held against the
 * outcome.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
 *
 * @param fileName - as sent, maybe with a path of the client's, of which only the end counts. Without any,
 *   the variable stays as it is: Amazon's documentation makes it empty, its servers do not
 */
export function expandFileName(fields: FormFields, fileName: string | undefined): FormFields {
  if (fileName === undefined) return fields;
  const baseName = fileName.slice(Math.max(fileName.lastIndexOf("/"), fileName.lastIndexOf("\\")) + 1);
  return new Map(
    [...fields].map(([id, { name, value }]) => [
      id,
      { name, value: value.replaceAll("${filename}", () => baseName) },
    ]),
  );
}
