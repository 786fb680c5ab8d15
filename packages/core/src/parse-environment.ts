import { en } from "zod/locales";
import * as z from "zod/mini";

/**
 * Environment variables as a type, or every problem at once.
 *
 * @throws {Error} with a line per problem; it names variables, never their values
 */
export function parseEnvironment<Schema extends z.ZodMiniType>(
  schema: Schema,
  variables: Record<string, string | undefined>,
): z.output<Schema> {
  const result = z.safeParse(schema, variables, { error: en().localeError });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The environment is not complete.\n${problems.join("\n")}`);
}
