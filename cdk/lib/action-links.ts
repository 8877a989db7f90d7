import { Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as eventbridge from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { pipe } from './events';
import { alarms, dashboard } from './operations';
import { ActionLinksProps, Gateway } from './props';
import { validate } from './validate';

/**
 * One-time action links for bookings: two functions, their tables, and an HTTP API. The same as `template.yaml`
 * deploys.
 */
export class ActionLinks extends Construct {
  /** Where the HTTP API or the URL for clicks answers, without a slash at the end. Signed links start with it, unless `linkBaseUrl` is set. */
  public readonly apiUrl: string;

  /** The function that answers clicks: the alias of its current version. */
  public readonly actionLinkFunction: lambda.Alias;

  /** The function to invoke for links, which also answers `GET /v2/bookings`: the alias of its current version. */
  public readonly bookingLinksFunction: lambda.Alias;

  /** Where the apps and their keys are: the table that was handed in, or a new one. */
  public readonly appsTable: dynamodb.ITable;

  /** Where the bookings are: the table that was handed in, or a new one. */
  public readonly bookingsTable: dynamodb.ITable;

  /** The HTTP API, unless the functions have URLs. */
  public readonly api?: apigateway.HttpApi;

  /** Where bookings with their links are answered, without a slash at the end: `apiUrl`, or a URL of its own. */
  public readonly bookingLinksUrl: string;

  /** The bus that gets the events, if `events` is set: the one that was handed in, or a new one. */
  public readonly eventBus?: eventbridge.IEventBus;

  /** The alarms, by name: `ServerErrorsAlarm`, `FunctionErrorsAlarm`, … */
  public readonly alarms: { [name: string]: cloudwatch.IAlarm };

  private readonly props: ActionLinksProps;

  public constructor(scope: Construct, id: string, props: ActionLinksProps) {
    super(scope, id);
    validate(props);
    this.props = props;
    if (props.permissionsBoundary) {
      // Also the role that CDK makes for CodeDeploy.
      iam.PermissionsBoundary.of(this).apply(props.permissionsBoundary);
    }
    this.appsTable = props.appsTable ?? this.table('AppsTable', props.appsTableKey);
    this.bookingsTable = props.bookingsTable ?? this.newBookingsTable();
    const hasUrls = props.gateway === Gateway.FUNCTION_URL;
    if (!hasUrls) {
      this.api = new apigateway.HttpApi(this, 'HttpApi', {
        apiName: `${Stack.of(this).stackName}-${this.node.id}`,
        createDefaultStage: false,
        disableExecuteApiEndpoint: props.disableExecuteApiEndpoint ?? false,
      });
    }
    const httpUrl = this.api && this.stage(this.api);

    const bookings = this.bookingsTable.tableArn;
    const apps = { actions: ['dynamodb:GetItem', 'dynamodb:Scan'], resources: [this.appsTable.tableArn] };
    // Without an HTTP API this function has no setting: its own URL would be a circle, and each request says it.
    const clicks = this.function('ActionLink', 'Clicks on action links.', props.code.actionLink, httpUrl ?? '', [
      { actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: [bookings] },
      apps,
    ]);
    this.actionLinkFunction = this.live('ActionLink', clicks);
    this.apiUrl = httpUrl ?? functionUrl(this.actionLinkFunction);
    const lists = this.function(
      'BookingLinks',
      'Bookings with their action links, over HTTP and for other functions to invoke.',
      props.code.bookingLinks,
      this.apiUrl,
      [
        { actions: ['dynamodb:GetItem'], resources: [bookings] },
        { actions: ['dynamodb:Query'], resources: [`${bookings}/index/by-app`] },
        apps,
      ],
    );
    this.appsTable.encryptionKey?.grantDecrypt(clicks);
    this.appsTable.encryptionKey?.grantDecrypt(lists);
    this.bookingsTable.encryptionKey?.grantEncryptDecrypt(clicks);
    this.bookingsTable.encryptionKey?.grantDecrypt(lists);
    this.bookingLinksFunction = this.live('BookingLinks', lists);
    this.bookingLinksUrl = httpUrl ?? functionUrl(this.bookingLinksFunction);
    if (props.events) {
      this.eventBus = props.eventBus ?? new eventbridge.EventBus(this, 'EventBus');
    }
    this.alarms = this.operations(clicks, lists, this.eventBus && this.pipe(this.eventBus));
    if (this.api) {
      this.route(this.api, '/v2/bookings/{booking_id}/external_action/{action}', this.actionLinkFunction);
      this.route(this.api, '/v2/bookings', this.bookingLinksFunction);
      this.route(this.api, '/v2/bookings/{booking_id}', this.bookingLinksFunction);
      // With a slash at the end, a path is another one to the gateway.
      this.route(this.api, '/v2/bookings/{booking_id}/external_action/{action+}', this.actionLinkFunction);
      this.route(this.api, '/v2/bookings/{booking_id+}', this.bookingLinksFunction);
    }
  }

  /**
   * Allows a function of yours to invoke `booking-links`, for `sign` and `decorate`.
   *
   * @param grantee the function, or another principal
   */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.bookingLinksFunction.grantInvoke(grantee);
  }

  private pipe(bus: eventbridge.IEventBus): sqs.Queue {
    // `validate` has seen that a table that was handed in has a stream; a new one has it with `events`.
    const streamArn = this.bookingsTable.tableStreamArn ?? '';
    return pipe(this, { streamArn, key: this.bookingsTable.encryptionKey, retention: this.retention() }, bus);
  }

  private newBookingsTable(): dynamodb.Table {
    const stream = this.props.events ? dynamodb.StreamViewType.NEW_IMAGE : undefined;
    const table = this.table('BookingsTable', this.props.bookingsTableKey, stream);
    const text = (name: string) => ({ name, type: dynamodb.AttributeType.STRING });
    table.addGlobalSecondaryIndex({ indexName: 'by-app', partitionKey: text('app_id'), sortKey: text('created_at') });
    return table;
  }

  private table(id: string, encryptionKey?: kms.IKey, stream?: dynamodb.StreamViewType): dynamodb.Table {
    return new dynamodb.Table(this, id, {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      deletionProtection: this.props.deletionProtection ?? true,
      encryption: encryptionKey ? dynamodb.TableEncryption.CUSTOMER_MANAGED : dynamodb.TableEncryption.AWS_MANAGED,
      encryptionKey,
      stream,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Makes the stage, and returns where it answers. */
  private stage(api: apigateway.HttpApi): string {
    const { domainName, basePath } = this.props;
    const logGroup = new logs.LogGroup(this, 'HttpLogs', {
      // With this prefix the account's policy for log delivery, which is limited in size, does not grow with each API.
      logGroupName: `/aws/vendedlogs/${Stack.of(this).stackName}-${this.node.id}-http`,
      retention: this.retention(),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    api.addStage('HttpStage', {
      stageName: '$default',
      autoDeploy: true,
      throttle: {
        rateLimit: this.props.throttlingRateLimit ?? 1000,
        burstLimit: this.props.throttlingBurstLimit ?? 2000,
      },
      accessLogSettings: {
        destination: new apigateway.LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
      domainMapping: domainName && { domainName, mappingKey: basePath },
    });
    if (domainName === undefined) {
      return api.apiEndpoint;
    }
    return `https://${domainName.name}${basePath === undefined ? '' : `/${basePath}`}`;
  }

  private function(
    id: string,
    description: string,
    code: lambda.Code,
    base: string,
    access: iam.PolicyStatementProps[],
  ): lambda.Function {
    const logGroup = new logs.LogGroup(this, `${id}Logs`, {
      retention: this.retention(),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of its own, because the one that CDK makes may write to every log group.
    const role = new iam.Role(this, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    access.forEach((statement) => role.addToPolicy(new iam.PolicyStatement(statement)));
    logGroup.grantWrite(role);
    return new lambda.Function(this, `${id}Function`, {
      description,
      code,
      role,
      runtime: lambda.Runtime.PROVIDED_AL2023,
      handler: 'bootstrap',
      architecture: this.props.architecture ?? lambda.Architecture.ARM_64,
      memorySize: this.props.memorySize ?? 256,
      reservedConcurrentExecutions: this.props.reservedConcurrency,
      tracing: (this.props.tracing ?? true) ? lambda.Tracing.ACTIVE : lambda.Tracing.PASS_THROUGH,
      timeout: Duration.seconds(10), // the functions themselves answer 503 within 8 s when the store does not
      loggingFormat: lambda.LoggingFormat.JSON,
      logGroup,
      environment: this.environment(base),
      // So that there is a version to go back to.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
  }

  /** The alias that requests go to. Each deployment that changes the function publishes a version for it. */
  private live(id: string, handler: lambda.Function): lambda.Alias {
    return new lambda.Alias(this, `${id}Live`, { aliasName: 'live', version: handler.currentVersion });
  }

  private operations(
    clicks: lambda.Function,
    lists: lambda.Function,
    deadLetters?: sqs.Queue,
  ): { [name: string]: cloudwatch.IAlarm } {
    const names = {
      ActionLinkFunction: clicks.functionName,
      BookingLinksFunction: lists.functionName,
      HttpApi: this.api?.apiId ?? 'none',
      ...(deadLetters && { 'EventsDeadLetters.QueueName': deadLetters.queueName }),
    };
    const files = ['alarms.json', ...(deadLetters ? ['pipe.json'] : []), ...(this.props.canaryDeployments ? ['canary.json'] : [])];
    const versions = { ...names, ...ofVersion('ActionLinkFunction', clicks), ...ofVersion('BookingLinksFunction', lists) };
    const made = alarms(this, versions, files, this.props.alarmEmail, this.api === undefined);
    dashboard(this, `${Stack.of(this).stackName}-${this.node.id}`, {
      ...names,
      ...Object.fromEntries(Object.entries(made).map(([name, alarm]) => [`${name}.Arn`, alarm.alarmArn])),
      ActionLinkLogs: clicks.logGroup.logGroupName,
      BookingLinksLogs: lists.logGroup.logGroupName,
      Bookings: this.bookingsTable.tableName,
    });
    if (this.props.canaryDeployments) {
      for (const [id, alias] of Object.entries({ Clicks: this.actionLinkFunction, Lists: this.bookingLinksFunction })) {
        new codedeploy.LambdaDeploymentGroup(this, `${id}Deployment`, {
          alias,
          deploymentConfig: codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
          // Those of one minute: the others need longer than the canary lasts.
          alarms: [made.CanaryAnswersAlarm, made.CanaryClicksAlarm, ...(id === 'Lists' ? [made.CanaryListsAlarm] : [])],
        });
      }
    }
    return made;
  }

  private environment(base: string): { [name: string]: string } {
    const { attributeNames, defaultGraph, graphs, keyringTtl, linkBaseUrl } = this.props;
    return {
      APPS_TABLE: this.appsTable.tableName,
      BOOKINGS_TABLE: this.bookingsTable.tableName,
      LINK_BASE_URL: linkBaseUrl ?? base,
      GRAPHS: graphs ?? '',
      DEFAULT_GRAPH: defaultGraph ?? '',
      KEYRING_TTL_SECONDS: (keyringTtl ?? Duration.seconds(60)).toSeconds().toString(),
      BOOKING_ID_ATTRIBUTE: attributeNames?.id ?? 'id',
      STATE_ATTRIBUTE: attributeNames?.state ?? 'state',
      EVENTS: this.props.events ? 'on' : 'off',
      GRAPH_ATTRIBUTE: attributeNames?.graph ?? 'graph',
      APP_ATTRIBUTE: attributeNames?.app ?? 'app_id',
    };
  }

  /** Routes every method: the functions know what HEAD means, and answer 405 themselves. */
  private route(api: apigateway.HttpApi, path: string, handler: lambda.IFunction): void {
    const integration = new HttpLambdaIntegration(`${handler.node.id}Integration`, handler);
    api.addRoutes({ path, methods: [apigateway.HttpMethod.ANY], integration });
  }

  private retention(): logs.RetentionDays {
    return this.props.logRetention ?? logs.RetentionDays.ONE_MONTH;
  }
}

/** The URL of an alias, without the slash at its end. Whoever calls it shows a signed link or an API key. */
function functionUrl(alias: lambda.Alias): string {
  const { url } = alias.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
  return Fn.join('', ['https://', Fn.select(2, Fn.split('/', url))]);
}

/** The alias and the new version of a function, by the names that `canary.json` has for them. */
function ofVersion(name: string, handler: lambda.Function): { [name: string]: string } {
  return {
    [`${name}:live`]: `${handler.functionName}:live`,
    [`${name}.Version.Version`]: handler.currentVersion.version,
  };
}

/** The route's pattern, never the path or the query: those hold the booking and the token. */
const ACCESS_LOG =
  '{"requestId":"$context.requestId","time":"$context.requestTime","method":"$context.httpMethod", ' +
  '"routeKey":"$context.routeKey","status":"$context.status","bytes":"$context.responseLength", ' +
  '"latency":"$context.responseLatency","integrationLatency":"$context.integrationLatency", ' +
  '"integrationStatus":"$context.integrationStatus","error":"$context.error.responseType"}';
