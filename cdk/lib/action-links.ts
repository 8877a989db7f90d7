import { Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
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
import { checkArchitectures } from './architecture';
import { pipe } from './events';
import { addressOf, httpApi, route } from './http';
import { uniqueName } from './names';
import { alarms, dashboard, mails } from './operations';
import { ActionLinksProps, Gateway } from './props';
import { validate } from './validate';

/**
 * One-time action links for bookings: two functions, their tables, and an HTTP API. The same as `template.yaml`
 * deploys.
 */
export class ActionLinks extends Construct {
  /** Where clicks are answered, without a slash at the end. Signed links start with it, unless `linkBaseUrl` is set. */
  public readonly apiUrl: string;

  /** The function that answers clicks: the alias of its current version. */
  public readonly actionLinkFunction: lambda.Alias;

  /** The function to invoke for links, which also answers `GET /v2/bookings`: the alias of its current version. */
  public readonly bookingLinksFunction: lambda.Alias;

  /** Where the apps and their keys are: the table that was handed in, or a new one. */
  public readonly appsTable: dynamodb.ITable;

  /** Where the bookings are: the table that was handed in, or a new one. */
  public readonly bookingsTable: dynamodb.ITable;

  /** Where the short links are, if `shortLinks` is set. */
  public readonly shortLinksTable?: dynamodb.ITable;

  /** The HTTP API that has the routes, if there is one: the one that was handed in, or a new one. */
  public readonly api?: apigateway.IHttpApi;

  /** Where bookings with their links are answered, without a slash at the end: `apiUrl`, or a URL of its own. */
  public readonly bookingLinksUrl: string;

  /** The bus that gets the events, if `events` is set: the one that was handed in, or a new one. */
  public readonly eventBus?: eventbridge.IEventBus;

  /** The alarms, by name: `ServerErrorsAlarm`, `FunctionErrorsAlarm`, … */
  public readonly alarms: { [name: string]: cloudwatch.Alarm };

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
    if (props.shortLinks) {
      this.shortLinksTable = this.table('ShortLinksTable', props.bookingsTableKey, undefined, 'code', 'expires_at');
    }
    if ((props.gateway ?? Gateway.HTTP_API) === Gateway.HTTP_API) {
      this.api = props.api ?? httpApi(this, props, this.retention());
    }
    const httpUrl = addressOf(this.api, props);

    const bookings = this.bookingsTable.tableArn;
    const apps = { actions: ['dynamodb:GetItem', 'dynamodb:Scan'], resources: [this.appsTable.tableArn] };
    const shortLinks = (...actions: string[]) => (this.shortLinksTable ? [{ actions, resources: [this.shortLinksTable.tableArn] }] : []);
    // Without an HTTP API this function has no setting: its own URL would be a circle, and each request says it.
    const clicks = this.function('ActionLink', 'Clicks on action links.', 'action-link', httpUrl ?? '', [
      { actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: [bookings] },
      apps,
      ...shortLinks('dynamodb:GetItem'),
    ]);
    this.actionLinkFunction = this.live('ActionLink', clicks);
    this.apiUrl = httpUrl ?? functionUrl(this.actionLinkFunction);
    const lists = this.function(
      'BookingLinks',
      'Bookings with their action links, over HTTP and for other functions to invoke.',
      'booking-links',
      this.apiUrl,
      [
        { actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: [bookings] }, // `act` writes
        { actions: ['dynamodb:Query'], resources: [`${bookings}/index/${props.indexName ?? 'by-app'}`] },
        apps,
        ...shortLinks('dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem', 'dynamodb:PutItem'),
      ],
    );
    this.appsTable.encryptionKey?.grantDecrypt(clicks);
    this.appsTable.encryptionKey?.grantDecrypt(lists);
    this.bookingsTable.encryptionKey?.grantEncryptDecrypt(clicks);
    this.bookingsTable.encryptionKey?.grantEncryptDecrypt(lists);
    this.bookingLinksFunction = this.live('BookingLinks', lists);
    this.bookingLinksUrl = httpUrl ?? functionUrl(this.bookingLinksFunction);
    if (props.events) {
      this.eventBus = props.eventBus ?? new eventbridge.EventBus(this, 'EventBus', { eventBusName: uniqueName(this) });
    }
    this.alarms = this.operations(clicks, lists, this.eventBus && this.pipe(this.eventBus));
    if (this.api) {
      route(this, this.api, '/v2/bookings/{booking_id}/external_action/{action}', this.actionLinkFunction);
      route(this, this.api, '/v2/bookings', this.bookingLinksFunction);
      route(this, this.api, '/v2/bookings/{booking_id}', this.bookingLinksFunction);
      // With a slash at the end, a path is another one to the gateway.
      route(this, this.api, '/v2/bookings/{booking_id}/external_action/{action+}', this.actionLinkFunction);
      route(this, this.api, '/v2/bookings/{booking_id+}', this.bookingLinksFunction);
      if (props.shortLinks) {
        route(this, this.api, '/l/{code}', this.actionLinkFunction);
        route(this, this.api, '/l/{code+}', this.actionLinkFunction);
      }
    }
    checkArchitectures(this, [clicks, lists], this.architecture());
  }

  /**
   * Allows a function of yours to invoke `booking-links`, for `sign`, `decorate` and `act`.
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

  private table(
    id: string,
    encryptionKey?: kms.IKey,
    stream?: dynamodb.StreamViewType,
    key = 'id',
    timeToLiveAttribute?: string,
  ): dynamodb.Table {
    return new dynamodb.Table(this, id, {
      partitionKey: { name: key, type: dynamodb.AttributeType.STRING },
      timeToLiveAttribute,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      deletionProtection: this.props.deletionProtection ?? true,
      encryption: encryptionKey ? dynamodb.TableEncryption.CUSTOMER_MANAGED : dynamodb.TableEncryption.AWS_MANAGED,
      encryptionKey,
      stream,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: this.props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
  }

  private function(
    id: string,
    description: string,
    name: string,
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
    if (this.props.vpc) {
      role.addToPolicy(new iam.PolicyStatement({ actions: NETWORK_INTERFACES, resources: ['*'] }));
    }
    return new lambda.Function(this, `${id}Function`, {
      description,
      code: this.props.code._for(name, this.architecture()),
      role,
      runtime: lambda.Runtime.PROVIDED_AL2023,
      handler: 'bootstrap',
      architecture: this.architecture(),
      memorySize: this.props.memorySize ?? 256,
      reservedConcurrentExecutions: this.props.reservedConcurrency,
      tracing: (this.props.tracing ?? true) ? lambda.Tracing.ACTIVE : lambda.Tracing.PASS_THROUGH,
      vpc: this.props.vpc,
      vpcSubnets: this.props.vpcSubnets,
      securityGroups: this.props.securityGroups,
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
    return new lambda.Alias(this, `${id}Live`, {
      aliasName: 'live',
      version: handler.currentVersion,
      provisionedConcurrentExecutions: this.props.provisionedConcurrency,
    });
  }

  private operations(
    clicks: lambda.Function,
    lists: lambda.Function,
    deadLetters?: sqs.Queue,
  ): { [name: string]: cloudwatch.Alarm } {
    const names = {
      ActionLinkFunction: clicks.functionName,
      BookingLinksFunction: lists.functionName,
      HttpApi: this.api?.apiId ?? 'none',
      ...(deadLetters && { 'EventsDeadLetters.QueueName': deadLetters.queueName }),
    };
    const files = ['alarms.json', ...(deadLetters ? ['pipe.json'] : []), ...(this.props.canaryDeployments ? ['canary.json'] : [])];
    const versions = { ...names, ...ofVersion('ActionLinkFunction', clicks), ...ofVersion('BookingLinksFunction', lists) };
    const { alarmActions = [], alarmEmail } = this.props;
    const actions = alarmEmail === undefined ? alarmActions : [mails(this, alarmEmail), ...alarmActions];
    const made = alarms(this, versions, files, actions, this.api !== undefined);
    dashboard(this, uniqueName(this), {
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
      BOOKINGS_INDEX: this.props.indexName ?? 'by-app',
      SHORT_LINKS_TABLE: this.shortLinksTable?.tableName ?? '',
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

  private architecture(): lambda.Architecture {
    return this.props.architecture ?? lambda.Architecture.ARM_64;
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

/** What a function in a VPC needs for its network interfaces, as in AWS's AWSLambdaVPCAccessExecutionRole. */
const NETWORK_INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
