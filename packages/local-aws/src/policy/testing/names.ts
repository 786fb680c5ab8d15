export const ACCOUNT = "000000000000";
export const OTHER_ACCOUNT = "111111111111";
export const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`;
export const OTHER_ROLE = `arn:aws:iam::${ACCOUNT}:role/other`;
export const TARGET_ROLE = `arn:aws:iam::${ACCOUNT}:role/target`;
export const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/app/ann`;
export const OTHER_SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/app/bob`;
