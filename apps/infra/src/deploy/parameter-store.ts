import {
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";

/** As much of AWS's Parameter Store as keys need. Every value is encrypted, and every change is another version. */
export interface ParameterStore {
  read(name: string): Promise<{ value: string; version: number } | undefined>;
  /** @returns the version */
  write(name: string, value: string): Promise<number>;
}

export function createParameterStore(client: Pick<SSMClient, "send">): ParameterStore {
  return {
    async read(name) {
      try {
        const { Parameter } = await client.send(
          new GetParameterCommand({ Name: name, WithDecryption: true }),
        );
        if (Parameter?.Value === undefined || Parameter.Version === undefined) return undefined;
        return { value: Parameter.Value, version: Parameter.Version };
      } catch (error) {
        if (error instanceof ParameterNotFound) return undefined;
        throw error;
      }
    },
    async write(name, value) {
      const { Version } = await client.send(
        new PutParameterCommand({ Name: name, Value: value, Type: "SecureString", Overwrite: true }),
      );
      if (Version === undefined)
        throw new Error(`The Parameter Store did not say which version of ${name} it keeps.`);
      return Version;
    },
  };
}
