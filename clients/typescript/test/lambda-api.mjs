// Lambda's `Invoke` on this machine: each request gets the next answer of a case.

import { createServer } from "node:http";

import { LambdaClient } from "@aws-sdk/client-lambda";

/** Runs `use` with a client of the AWS SDK whose invocations `answer` gets, as JSON. */
export async function withLambda(answer, use) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    const { drop, status, error_type, function_error, body: reply, text } = answer(JSON.parse(body));
    if (drop) return request.socket.destroy();
    if (error_type) response.setHeader("x-amzn-errortype", error_type);
    if (function_error) response.setHeader("x-amz-function-error", function_error);
    response.writeHead(status).end(text ?? JSON.stringify(reply));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const lambda = new LambdaClient({
    endpoint: `http://127.0.0.1:${server.address().port}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  try {
    return await use(lambda);
  } finally {
    lambda.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
