import { ActionLinksError, InvokeError } from "./errors.js";

/** What Lambda answers to an invocation. */
export interface Answer {
  /** The function's reply, JSON. */
  payload: string;
  /** Lambda's word that the function failed (`Unhandled`). The payload then has `errorType` and `errorMessage`. */
  functionError?: string | undefined;
}

/** Invokes the function with a JSON payload. It throws an `InvokeError` when Lambda does not run the function. */
export type Transport = (payload: string) => Promise<Answer>;

/** A `LambdaClient` of the AWS SDK for JavaScript, version 3. */
export interface LambdaClientLike {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the SDK is optional, so its types are not named here.
  send(command: any, options?: any): Promise<any>;
}

/**
 * Invokes by the AWS SDK.
 *
 * @param timeout Milliseconds for one attempt.
 */
export function lambdaTransport(functionName: string, client: LambdaClientLike | undefined, timeout: number): Transport {
  let own = client;
  return async (payload) => {
    const sdk = await load();
    // The one retry is this package's, so that its pause and its errors are the same with every SDK.
    own ??= new sdk.LambdaClient({ maxAttempts: 1 }) as LambdaClientLike;
    const command = new sdk.InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(payload, "utf8") });
    try {
      const { Payload, FunctionError } = await own.send(command, { abortSignal: AbortSignal.timeout(timeout) });
      return { payload: Buffer.from(Payload ?? "").toString("utf8"), functionError: FunctionError };
    } catch (error) {
      throw invokeError(error);
    }
  };
}

async function load(): Promise<typeof import("@aws-sdk/client-lambda")> {
  try {
    return await import("@aws-sdk/client-lambda");
  } catch (cause) {
    throw new InvokeError("sdk_missing", "install @aws-sdk/client-lambda, or give `transport`", false, { cause });
  }
}

/** An error of the SDK as one of ours: with an HTTP status it is Lambda's word, otherwise there was no answer. */
function invokeError(error: unknown): ActionLinksError {
  if (error instanceof ActionLinksError) return error;
  const { name, message, code, $metadata } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) {
    return new InvokeError(name, message, status >= 500 || status === 429 || /Throttl|TooManyRequests/.test(name), { cause: error });
  }
  const lost = /^(TimeoutError|AbortError)$/.test(name) || (typeof code === "string" && /^E[A-Z_]+$/.test(code) && !code.startsWith("ERR_"));
  return new InvokeError(lost ? "no_answer" : name, message, lost, { cause: error });
}
