// Every prop at once, in three stacks, since some exclude each other. `make cdk-synth` synthesises this, and cfn-lint
// checks the templates.

import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eventbridge from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ActionLinks, Bootstraps, Gateway } from '../lib';

const app = new App();
const env = { account: '123456789012', region: 'eu-west-1' };
const arn = (service: string, name: string) => `arn:aws:${service}:${env.region}:${env.account}:${name}`;
// The programs of `make build`, and the processor that they are for.
const programs = () => ({
  code: Bootstraps.fromFolder(process.env.BOOTSTRAPS ?? '../target/lambda'),
  architecture: process.env.ARCH === 'x86_64' ? lambda.Architecture.X86_64 : lambda.Architecture.ARM_64,
});

/** Tables, a bus and a domain that exist. */
function existing(stack: Stack): ActionLinks {
  const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', arn('acm', 'certificate/0123abcd'));
  return new ActionLinks(stack, 'Links', {
    ...programs(),
    bookingsTable: dynamodb.Table.fromTableAttributes(stack, 'Bookings', {
      tableArn: arn('dynamodb', 'table/reservations'),
      tableStreamArn: arn('dynamodb', 'table/reservations/stream/2026-11-01T08:00:00.000'),
      encryptionKey: kms.Key.fromKeyArn(stack, 'BookingsKey', arn('kms', 'key/4567cdef')),
    }),
    appsTable: dynamodb.Table.fromTableAttributes(stack, 'Apps', {
      tableArn: arn('dynamodb', 'table/salons'),
      encryptionKey: kms.Key.fromKeyArn(stack, 'AppsKey', arn('kms', 'key/0123abcd')),
    }),
    indexName: 'by-salon',
    attributeNames: { id: 'reservation_id', state: 'status', graph: 'kind', app: 'tenant' },
    gateway: Gateway.HTTP_API,
    domainName: new apigateway.DomainName(stack, 'Domain', { domainName: 'links.example.com', certificate }),
    basePath: 'links',
    disableExecuteApiEndpoint: true,
    linkBaseUrl: 'https://links.example.com/links',
    graphs: '{"tour": {"initial": "open", "transitions": [{"action": "join", "from": "open", "to": "joined", "by": "customer"}]}}',
    defaultGraph: 'tour',
    keyringTtl: Duration.seconds(30),
    memorySize: 512,
    reservedConcurrency: 5,
    provisionedConcurrency: 2,
    deletionProtection: true,
    permissionsBoundary: iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'action-links-boundary'),
    alarmEmail: 'ops@example.com',
    alarmActions: [new SnsAction(sns.Topic.fromTopicArn(stack, 'Topic', arn('sns', 'operations')))],
    canaryDeployments: true,
    tracing: false,
    throttlingRateLimit: 100,
    throttlingBurstLimit: 200,
    shortLinks: true,
    events: true,
    eventBus: eventbridge.EventBus.fromEventBusArn(stack, 'Bus', arn('events', 'event-bus/business')),
    logRetention: logs.RetentionDays.ONE_WEEK,
  });
}

/** New tables with keys of your own, a new bus, and URLs of the functions. */
function made(stack: Stack): ActionLinks {
  const key = new kms.Key(stack, 'Key');
  return new ActionLinks(stack, 'Links', {
    ...programs(),
    gateway: Gateway.FUNCTION_URL,
    appsTableKey: key,
    bookingsTableKey: key,
    events: true,
  });
}

/** Functions in a VPC, behind an HTTP API that exists, in a stack that can be deleted whole. */
function joined(stack: Stack): ActionLinks {
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123abcd',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    isolatedSubnetIds: ['subnet-0123abcd', 'subnet-4567cdef'],
    isolatedSubnetRouteTableIds: ['rtb-0123abcd', 'rtb-4567cdef'],
  });
  return new ActionLinks(stack, 'Links', {
    ...programs(),
    api: apigateway.HttpApi.fromHttpApiAttributes(stack, 'Api', { httpApiId: 'a1b2c3d4e5' }),
    linkBaseUrl: 'https://api.example.com/prod',
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    securityGroups: [new ec2.SecurityGroup(stack, 'Group', { vpc })],
    deletionProtection: false,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}

existing(new Stack(app, 'action-links-existing', { env }));
made(new Stack(app, 'action-links-made', { env }));
joined(new Stack(app, 'action-links-joined', { env }));
