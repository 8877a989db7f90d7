// A click in Node, with the libraries as they come. `handler` is what one would deploy; the loop
// below it stands in for Lambda's own, which has to be compiled where it is installed.
import { createSecretKey } from "node:crypto";
import http from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import jwt from "jsonwebtoken";

const { API_KEY, AWS_LAMBDA_RUNTIME_API, TABLE } = process.env;
// A string would be tried as a PEM first, for each token.
const key = createSecretKey(API_KEY, "utf8");
const routes = { confirm: ["tentative", "confirmed"], decline: ["tentative", "declined"] };
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}));

async function handler(event) {
  const { signature, redirect } = event.queryStringParameters;
  const { booking_id: id, action } = jwt.verify(signature, key, { algorithms: ["HS256"] });
  const [from, to] = routes[action];
  try {
    await dynamodb.send(
      new UpdateCommand({
        TableName: TABLE,
        Key: { id },
        UpdateExpression: "SET #state = :to",
        ConditionExpression: "#state = :from",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":from": from, ":to": to },
      }),
    );
  } catch (error) {
    if (error.name === "ConditionalCheckFailedException") return { statusCode: 410 };
    throw error;
  }
  return { statusCode: 302, headers: { location: redirect } };
}

const agent = new http.Agent({ keepAlive: true });
const call = (method, path, body) =>
  new Promise((resolve, reject) => {
    const url = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/${path}`;
    const request = http.request(url, { agent, method }, async (response) => {
      let text = "";
      for await (const chunk of response.setEncoding("utf8")) text += chunk;
      resolve([response.headers["lambda-runtime-aws-request-id"], text]);
    });
    request.on("error", reject).end(body);
  });

for (;;) {
  const [id, event] = await call("GET", "next");
  await call("POST", `${id}/response`, JSON.stringify(await handler(JSON.parse(event))));
}
