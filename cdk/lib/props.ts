import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eventbridge from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { AttributeNames } from './attribute-names';
import { Bootstraps } from './bootstraps';

/**
 * What takes the requests.
 */
export enum Gateway {
  /** An HTTP API, with throttling, a domain and an access log. */
  HTTP_API = 'HttpApi',

  /** A URL of each function, which costs nothing. It has no throttling, no domain of your own and no access log. */
  FUNCTION_URL = 'FunctionUrl',

  /** Nothing that is made here: an API, a load balancer or a distribution of yours invokes the aliases. */
  NONE = 'None',
}

/**
 * What `ActionLinks` deploys, and how.
 */
export interface ActionLinksProps {
  /**
   * The bootstraps of both functions, for instance `Bootstraps.fromFolder('target/lambda')`.
   */
  readonly code: Bootstraps;

  /**
   * The processor of both functions. `code` that is built for another one is refused.
   *
   * @default lambda.Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * A table that holds the bookings already. Lists over HTTP need an index on it (`indexName`): the app's attribute as
   * partition key, `created_at` as sort key, all attributes projected.
   *
   * @default - a new table
   */
  readonly bookingsTable?: dynamodb.ITable;

  /**
   * The index of `bookingsTable` that lists read.
   *
   * @default 'by-app'
   */
  readonly indexName?: string;

  /**
   * A table that holds the apps already, such as a restored one or a replica of a global one. Its partition key is `id`.
   *
   * @default - a new table
   */
  readonly appsTable?: dynamodb.ITable;

  /**
   * The names of attributes in the bookings table.
   *
   * @default - `id`, `state`, `graph` and `app_id`
   */
  readonly attributeNames?: AttributeNames;

  /**
   * What takes the requests.
   *
   * @default Gateway.HTTP_API
   */
  readonly gateway?: Gateway;

  /**
   * An HTTP API of yours that gets the routes. Its throttling, its domain and its log are yours, and an alarm on 5xx
   * counts all of its answers. One that was imported without `apiEndpoint` needs `linkBaseUrl`, and so does one that has
   * a domain or a stage other than `$default`.
   *
   * @default - a new HTTP API
   */
  readonly api?: apigateway.IHttpApi;

  /**
   * A domain of your own for the API.
   *
   * @default - the API's own address
   */
  readonly domainName?: apigateway.IDomainName;

  /**
   * The path of the API under `domainName`, such as `links`.
   *
   * @default - none
   */
  readonly basePath?: string;

  /**
   * Whether the API's own address is switched off, so that only `domainName` answers. Links that begin with that
   * address stop working.
   *
   * @default false
   */
  readonly disableExecuteApiEndpoint?: boolean;

  /**
   * What signed links start with, an https URL.
   *
   * @default - the domain and the base path, or the API's own address. Required with Gateway.NONE
   */
  readonly linkBaseUrl?: string;

  /**
   * Graphs of your own in place of the built-in ones: JSON of at most 3,000 bytes.
   *
   * @default - the built-in graphs
   */
  readonly graphs?: string;

  /**
   * The graph of a booking that names none.
   *
   * @default - `confirm_decline`, or the only one of `graphs`
   */
  readonly defaultGraph?: string;

  /**
   * How long the apps and their keys are held in memory, 1 to 3,600 seconds. A revoked key works for that much longer.
   *
   * @default Duration.seconds(60)
   */
  readonly keyringTtl?: Duration;

  /**
   * MB of memory of each function, 128 to 10,240, and with it the share of a processor.
   *
   * @default 256
   */
  readonly memorySize?: number;

  /**
   * Instances that are reserved for each function, and the most that it may have.
   *
   * @default - what the account has left
   */
  readonly reservedConcurrency?: number;

  /**
   * Instances of each function that are always ready. They cost money without a request, too.
   *
   * @default - none
   */
  readonly provisionedConcurrency?: number;

  /**
   * The network of both functions. They need a way to DynamoDB from there, such as a gateway endpoint.
   *
   * @default - none: the functions are in no VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * The subnets of `vpc` that the functions are in.
   *
   * @default - the private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The security groups of both functions in `vpc`.
   *
   * @default - a new one for each function, which lets all traffic out
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * A KMS key of yours that encrypts the new apps table. A table that you hand in has its own.
   *
   * @default - the account's key for DynamoDB
   */
  readonly appsTableKey?: kms.IKey;

  /**
   * A KMS key of yours that encrypts the new bookings table. A table that you hand in has its own.
   *
   * @default - the account's key for DynamoDB
   */
  readonly bookingsTableKey?: kms.IKey;

  /**
   * Whether DynamoDB refuses to delete the tables that are made here.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * What becomes of the tables that are made here when they are taken out of the stack. `DESTROY` needs
   * `deletionProtection: false`.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * A managed policy that limits every role that is made here, such as `docs/permissions-boundary.json` of the project.
   *
   * @default - none
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * An address that gets a mail when an alarm begins and when it ends.
   *
   * @default - alarms are shown, and nobody is told
   */
  readonly alarmEmail?: string;

  /**
   * What else happens when an alarm begins and when it ends, such as `new SnsAction(topic)` with a topic of yours.
   *
   * @default - nothing
   */
  readonly alarmActions?: cloudwatch.IAlarmAction[];

  /**
   * Whether a new version gets a tenth of the requests for 5 minutes, and is taken back if an alarm begins.
   *
   * @default false
   */
  readonly canaryDeployments?: boolean;

  /**
   * Whether X-Ray samples invocations. A trace has no URL in it.
   *
   * @default true
   */
  readonly tracing?: boolean;

  /**
   * Requests a second that the HTTP API lets through on average.
   *
   * @default 1000
   */
  readonly throttlingRateLimit?: number;

  /**
   * Requests that the HTTP API lets through at once.
   *
   * @default 2000
   */
  readonly throttlingBurstLimit?: number;

  /**
   * Whether there are short links for text messages, in a table of their own.
   *
   * @default false
   */
  readonly shortLinks?: boolean;

  /**
   * Whether clicks, undos and requests for a new link become events on an EventBridge bus. A `bookingsTable` that is
   * handed in needs a stream with new images (`tableStreamArn`).
   *
   * @default false
   */
  readonly events?: boolean;

  /**
   * A bus of yours that gets the events.
   *
   * @default - a new bus
   */
  readonly eventBus?: eventbridge.IEventBus;

  /**
   * For how long logs are kept.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;
}
