/** Bearer tokens of the one user, as an identity provider gives them out. */
export interface UserTokens {
  current(): string;
  isValid(authorization: string | undefined): boolean;
  /** What was given out until now has expired. */
  expire(): void;
}

export function createUserTokens(): UserTokens {
  let version = 1;
  const current = () => `user-token-${version}`;
  return {
    current,
    isValid: (authorization) => authorization === `Bearer ${current()}`,
    expire() {
      version += 1;
    },
  };
}
