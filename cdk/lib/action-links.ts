import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ActionLinksProps } from './props';
import { validate } from './validate';

/**
 * One-time action links for bookings: two functions, their tables, and an HTTP API. The same as `template.yaml`
 * deploys.
 */
export class ActionLinks extends Construct {
  /** Where the HTTP API answers, without a slash at the end. Signed links start with it, unless `linkBaseUrl` is set. */
  public readonly apiUrl: string;

  /** The function that answers clicks. */
  public readonly actionLinkFunction: lambda.Function;

  /** The function to invoke for links, which also answers `GET /v2/bookings`. */
  public readonly bookingLinksFunction: lambda.Function;

  /** Where the apps and their keys are. */
  public readonly appsTable: dynamodb.Table;

  /** Where the bookings are: the table that was handed in, or a new one. */
  public readonly bookingsTable: dynamodb.ITable;

  /** The HTTP API. */
  public readonly api: apigateway.HttpApi;

  private readonly props: ActionLinksProps;

  public constructor(scope: Construct, id: string, props: ActionLinksProps) {
    super(scope, id);
    validate(props);
    this.props = props;
    this.appsTable = this.table('AppsTable');
    this.bookingsTable = props.bookingsTable ?? this.newBookingsTable();
    this.api = new apigateway.HttpApi(this, 'HttpApi', {
      apiName: `${Stack.of(this).stackName}-${this.node.id}`,
      createDefaultStage: false,
    });
    this.apiUrl = this.stage();

    const bookings = this.bookingsTable.tableArn;
    const apps = { actions: ['dynamodb:GetItem', 'dynamodb:Scan'], resources: [this.appsTable.tableArn] };
    this.actionLinkFunction = this.function('ActionLink', 'Clicks on action links.', props.code.actionLink, [
      { actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: [bookings] },
      apps,
    ]);
    this.bookingLinksFunction = this.function(
      'BookingLinks',
      'Bookings with their action links, over HTTP and for other functions to invoke.',
      props.code.bookingLinks,
      [
        { actions: ['dynamodb:GetItem'], resources: [bookings] },
        { actions: ['dynamodb:Query'], resources: [`${bookings}/index/by-app`] },
        apps,
      ],
    );
    // Every method: the function knows what HEAD means, and answers 405 itself.
    this.route('/v2/bookings/{booking_id}/external_action/{action}', apigateway.HttpMethod.ANY, this.actionLinkFunction);
    this.route('/v2/bookings', apigateway.HttpMethod.GET, this.bookingLinksFunction);
    this.route('/v2/bookings/{booking_id}', apigateway.HttpMethod.GET, this.bookingLinksFunction);
  }

  /**
   * Allows a function of yours to invoke `booking-links`, for `sign` and `decorate`.
   *
   * @param grantee the function, or another principal
   */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.bookingLinksFunction.grantInvoke(grantee);
  }

  private newBookingsTable(): dynamodb.Table {
    const table = this.table('BookingsTable');
    const text = (name: string) => ({ name, type: dynamodb.AttributeType.STRING });
    table.addGlobalSecondaryIndex({ indexName: 'by-app', partitionKey: text('app_id'), sortKey: text('created_at') });
    return table;
  }

  private table(id: string): dynamodb.Table {
    return new dynamodb.Table(this, id, {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      deletionProtection: true,
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  /** Makes the stage, and returns where it answers. */
  private stage(): string {
    const { domainName, basePath } = this.props;
    const logGroup = new logs.LogGroup(this, 'HttpLogs', {
      // With this prefix the account's policy for log delivery, which is limited in size, does not grow with each API.
      logGroupName: `/aws/vendedlogs/${Stack.of(this).stackName}-${this.node.id}-http`,
      retention: this.retention(),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api.addStage('HttpStage', {
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
      return this.api.apiEndpoint;
    }
    return `https://${domainName.name}${basePath === undefined ? '' : `/${basePath}`}`;
  }

  private function(id: string, description: string, code: lambda.Code, access: iam.PolicyStatementProps[]): lambda.Function {
    const logGroup = new logs.LogGroup(this, `${id}Logs`, {
      retention: this.retention(),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of its own, because the one that CDK makes may write to every log group.
    const role = new iam.Role(this, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    access.forEach((statement) => role.addToPolicy(new iam.PolicyStatement(statement)));
    this.bookingsTable.encryptionKey?.grantEncryptDecrypt(role);
    logGroup.grantWrite(role);
    return new lambda.Function(this, `${id}Function`, {
      description,
      code,
      role,
      runtime: lambda.Runtime.PROVIDED_AL2023,
      handler: 'bootstrap',
      architecture: this.props.architecture ?? lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.seconds(10), // the functions themselves answer 503 within 8 s when the store does not
      loggingFormat: lambda.LoggingFormat.JSON,
      logGroup,
      environment: this.environment(),
    });
  }

  private environment(): { [name: string]: string } {
    const { attributeNames, defaultGraph, graphs, keyringTtl, linkBaseUrl } = this.props;
    return {
      APPS_TABLE: this.appsTable.tableName,
      BOOKINGS_TABLE: this.bookingsTable.tableName,
      LINK_BASE_URL: linkBaseUrl ?? this.apiUrl,
      GRAPHS: graphs ?? '',
      DEFAULT_GRAPH: defaultGraph ?? '',
      KEYRING_TTL_SECONDS: (keyringTtl ?? Duration.seconds(60)).toSeconds().toString(),
      BOOKING_ID_ATTRIBUTE: attributeNames?.id ?? 'id',
      STATE_ATTRIBUTE: attributeNames?.state ?? 'state',
      GRAPH_ATTRIBUTE: attributeNames?.graph ?? 'graph',
      APP_ATTRIBUTE: attributeNames?.app ?? 'app_id',
    };
  }

  private route(path: string, method: apigateway.HttpMethod, handler: lambda.IFunction): void {
    const integration = new HttpLambdaIntegration(`${handler.node.id}Integration`, handler);
    this.api.addRoutes({ path, methods: [method], integration });
  }

  private retention(): logs.RetentionDays {
    return this.props.logRetention ?? logs.RetentionDays.ONE_MONTH;
  }
}

/** The route's pattern, never the path or the query: those hold the booking and the token. */
const ACCESS_LOG =
  '{"requestId":"$context.requestId","time":"$context.requestTime","method":"$context.httpMethod", ' +
  '"routeKey":"$context.routeKey","status":"$context.status","bytes":"$context.responseLength", ' +
  '"latency":"$context.responseLatency","integrationLatency":"$context.integrationLatency", ' +
  '"integrationStatus":"$context.integrationStatus","error":"$context.error.responseType"}';
