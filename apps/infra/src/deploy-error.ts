/** What stops a deployment, said to a person. */
export class DeployError extends Error {}
