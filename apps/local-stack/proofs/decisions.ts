import { API_ATTACKS } from "./api-attacks.ts";
import { CREDENTIAL_ATTACKS } from "./credential-attacks.ts";
import { GRANTS } from "./grants.ts";
import { ofCall, ofStatus, type Outcome } from "./outcome.ts";
import { sendRaw } from "./raw-request.ts";
import { REQUEST_ATTACKS } from "./request-attacks.ts";
import type { Scene } from "./scene.ts";

/** Something that was granted, used to reach what is somebody else's. */
export interface Decision {
  name: string;
  use(scene: Scene): Promise<Outcome>;
}

const BY_REQUEST = GRANTS.flatMap((grant) =>
  REQUEST_ATTACKS.map((attack): Decision => ({
    name: `${grant.name}, used for ${attack.name}`,
    async use(scene) {
      const { status, text } = await sendRaw(attack.change(await grant.obtain(scene), scene));
      const isUnseen = attack.inHeaders === true && grant.dropsHeaders === true;
      return { ...ofStatus(status, text), harmless: isUnseen || attack.harmlessOn?.includes(grant.route) };
    },
  })),
);

const BY_CREDENTIALS = CREDENTIAL_ATTACKS.map((attack): Decision => ({
  name: `credentials, used for ${attack.name}`,
  async use(scene) {
    try {
      return await attack.run(scene, (await scene.session()).client);
    } catch (error) {
      return ofCall(Promise.reject(error)); // a name that is too long for credentials
    }
  },
}));

const BY_CALL = API_ATTACKS.map((attack): Decision => ({
  name: `the API, asked for ${attack.name}`,
  use: (scene) => attack.run(scene),
}));

export const DECISIONS = {
  all: [...BY_REQUEST, ...BY_CREDENTIALS, ...BY_CALL],
  byCredentials: BY_CREDENTIALS,
  byCall: BY_CALL,
};

/** @returns what is wrong; nothing, when it was refused as it has to be */
export async function decide(decision: Decision, scene: Scene): Promise<string[]> {
  const { name } = decision;
  const {
    refused,
    harmless = false,
    learnt,
  } = await decision.use(scene).catch((error: unknown) => {
    throw new Error(`${name}: ${String(error)}`, { cause: error });
  });
  const breaches = [
    ...(refused || harmless ? [] : ["was not refused"]),
    ...(learnt.includes(scene.victim.secret) ? ["read what is somebody else's"] : []),
  ];
  return breaches.map((breach) => `${name}: ${breach}: ${learnt.slice(0, 500)}`);
}
