import { parseIntegerMember } from "./check-members.ts";
import { credentialsXml } from "./credentials-xml.ts";
import type { StsAction } from "./sts-call.ts";
import { notImplemented, StsError } from "./sts-error.ts";

const MIN_SECONDS = 900;
const MAX_SECONDS = 129_600;
/** Of the root user, whose credentials these are: more is not refused, but not given either. */
const MAX_ROOT_SECONDS = 3600;

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export const getSessionToken: StsAction = {
  name: "GetSessionToken",
  run({ parameters, caller, identities, now }) {
    if (caller.session !== undefined) {
      throw new StsError("AccessDenied", { message: "Cannot call GetSessionToken with session credentials" });
    }
    if (parameters.has("SerialNumber") || parameters.has("TokenCode")) {
      throw notImplemented("multi-factor authentication");
    }
    const asked = parseIntegerMember(parameters.get("DurationSeconds") ?? String(MAX_ROOT_SECONDS), {
      name: "DurationSeconds",
      min: MIN_SECONDS,
      max: MAX_SECONDS,
    });
    const durationSeconds = Math.min(asked, MAX_ROOT_SECONDS);
    return [credentialsXml(identities.issueSession({ durationSeconds, now }))];
  },
};
