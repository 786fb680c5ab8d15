/** An answer of the control server that is not a success, with `{"message": …}` as its body. */
export class ControlError extends Error {
  readonly status: 400 | 403 | 404 | 413 | 415;

  constructor(status: ControlError["status"], message: string) {
    super(message);
    this.name = "ControlError";
    this.status = status;
  }
}
