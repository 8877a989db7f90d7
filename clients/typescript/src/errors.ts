/** Why a call has no result. Catch a class below to tell where the fault is. */
export abstract class ActionLinksError extends Error {
  /**
   * A code for programs, such as `unknown_app`. A code that this version does not know is kept as it is: compare with
   * those that you handle, and treat every other one alike.
   */
  readonly code: string;
  /** Whether the same call may succeed later. The client has already tried twice. */
  readonly retryable: boolean;

  constructor(code: string, message: string, retryable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.retryable = retryable;
  }
}

/** The function ran, and refused the request or failed. `code` is its `errorType`. */
export class RefusedError extends ActionLinksError {
  static {
    this.prototype.name = "RefusedError";
  }

  constructor(code: string, message: string) {
    super(code, message, code === "temporarily_unavailable");
  }
}

/**
 * Lambda did not run the function, or its answer was lost. `code` is Lambda's own (`ResourceNotFoundException`,
 * `TooManyRequestsException`, …), `no_answer` (no connection, a time-out), or `invalid_reply` (another function has answered).
 */
export class InvokeError extends ActionLinksError {
  static {
    this.prototype.name = "InvokeError";
  }
}

/**
 * What was given cannot be signed or sent: `invalid_request`, `redirect_not_allowed`, `link_too_long`, `invalid_key`,
 * `invalid_base_url`.
 */
export class InputError extends ActionLinksError {
  static {
    this.prototype.name = "InputError";
  }

  constructor(code: string, message: string) {
    super(code, message, false);
  }
}

/** A webhook is not to be trusted: `malformed`, `invalid_signature`, `outside_time_window`. */
export class WebhookError extends ActionLinksError {
  static {
    this.prototype.name = "WebhookError";
  }

  constructor(code: string, message: string) {
    super(code, message, false);
  }
}
