import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { uniqueName } from './names';
import { ActionLinksProps, Gateway } from './props';

/** Makes the HTTP API with its stage. */
export function httpApi(scope: Construct, props: ActionLinksProps, retention: logs.RetentionDays): apigateway.HttpApi {
  const api = new apigateway.HttpApi(scope, 'HttpApi', {
    apiName: uniqueName(scope),
    createDefaultStage: false,
    disableExecuteApiEndpoint: props.disableExecuteApiEndpoint ?? false,
  });
  const logGroup = new logs.LogGroup(scope, 'HttpLogs', {
    // With this prefix the account's policy for log delivery, which is limited in size, does not grow with each API.
    logGroupName: `/aws/vendedlogs/${uniqueName(scope)}-http`,
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const { domainName, basePath } = props;
  api.addStage('HttpStage', {
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: props.throttlingRateLimit ?? 1000, burstLimit: props.throttlingBurstLimit ?? 2000 },
    accessLogSettings: {
      destination: new apigateway.LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(ACCESS_LOG),
    },
    domainMapping: domainName && { domainName, mappingKey: basePath },
  });
  return api;
}

/** Where an API or what is in its place answers, without a slash at the end; undefined if nothing says so. */
export function addressOf(api: apigateway.IHttpApi | undefined, props: ActionLinksProps): string | undefined {
  const { domainName, basePath, linkBaseUrl } = props;
  const isYours = props.api !== undefined || props.gateway === Gateway.NONE;
  if (isYours && linkBaseUrl !== undefined) {
    return linkBaseUrl.replace(/\/$/, '');
  }
  if (domainName !== undefined) {
    return `https://${domainName.name}${basePath === undefined ? '' : `/${basePath}`}`;
  }
  try {
    return api?.apiEndpoint;
  } catch {
    // CDK refuses it for an imported API without an address, and for one whose address is switched off.
    return undefined;
  }
}

/** Routes every method: the functions know what HEAD means, and answer 405 themselves. */
export function route(scope: Construct, api: apigateway.IHttpApi, path: string, handler: lambda.IFunction): void {
  const integration = new HttpLambdaIntegration(`${handler.node.id}Integration`, handler);
  const routeKey = apigateway.HttpRouteKey.with(path, apigateway.HttpMethod.ANY);
  new apigateway.HttpRoute(scope, `ANY${path}`, { httpApi: api, integration, routeKey });
}

/** The route's pattern, never the path or the query: those hold the booking and the token. */
const ACCESS_LOG =
  '{"requestId":"$context.requestId","time":"$context.requestTime","method":"$context.httpMethod", ' +
  '"routeKey":"$context.routeKey","status":"$context.status","bytes":"$context.responseLength", ' +
  '"latency":"$context.responseLatency","integrationLatency":"$context.integrationLatency", ' +
  '"integrationStatus":"$context.integrationStatus","error":"$context.error.responseType"}';
