/** The one account that everything here belongs to. */
export const ACCOUNT_ID = "000000000000";

/** Its root user, whose keys are the account's own. */
export const ROOT_ARN = `arn:aws:iam::${ACCOUNT_ID}:root`;
