import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as pipes from 'aws-cdk-lib/aws-pipes';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { uniqueName } from './names';

/** What a pipe reads, and how long its log is kept. */
export interface Source {
  /** The stream of the bookings table. */
  readonly streamArn: string;

  /** The key that the table is encrypted with, if it has one. */
  readonly key?: kms.IKey;

  /** For how long the pipe's log is kept. */
  readonly retention: logs.RetentionDays;
}

/**
 * Makes the pipe from the stream of the bookings table to a bus.
 *
 * @returns the queue of events that could not be delivered
 */
export function pipe(scope: Construct, source: Source, bus: events.IEventBus): sqs.Queue {
  const texts = JSON.parse(fs.readFileSync(path.join(__dirname, 'pipe.json'), 'utf8'));
  const deadLetters = new sqs.Queue(scope, 'EventsDeadLetters', {
    retentionPeriod: Duration.days(14),
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
  const logGroup = new logs.LogGroup(scope, 'EventsLogs', {
    logGroupName: `/aws/vendedlogs/pipes/${uniqueName(scope)}`,
    retention: source.retention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const reader = role(scope, source, bus, deadLetters);
  const made = new pipes.CfnPipe(scope, 'EventsPipe', {
    description: 'Clicks, undos and requests for a new link, from the bookings table to the bus.',
    roleArn: reader.roleArn,
    source: source.streamArn,
    sourceParameters: {
      filterCriteria: { filters: [{ pattern: texts.pattern }] },
      dynamoDbStreamParameters: {
        startingPosition: 'LATEST',
        batchSize: 10,
        maximumRetryAttempts: 20,
        onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    },
    target: bus.eventBusArn,
    targetParameters: {
      eventBridgeEventBusParameters: { source: texts.source, detailType: texts.detailType, time: texts.time },
      inputTemplate: texts.inputTemplate,
    },
    // Without the records.
    logConfiguration: { cloudwatchLogsLogDestination: { logGroupArn: logGroup.logGroupArn }, level: 'ERROR' },
  });
  // The role's policy is a resource of its own. Without it, a new pipe may not read the stream.
  made.node.addDependency(reader);
  return deadLetters;
}

function role(scope: Construct, source: Source, bus: events.IEventBus, deadLetters: sqs.IQueue): iam.Role {
  const made = new iam.Role(scope, 'EventsRole', {
    assumedBy: new iam.ServicePrincipal('pipes.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  const allow = (actions: string[], resource: string) =>
    made.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource] }));
  allow(
    ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    source.streamArn,
  );
  allow(['events:PutEvents'], bus.eventBusArn);
  allow(['sqs:SendMessage'], deadLetters.queueArn);
  source.key?.grantDecrypt(made);
  return made;
}
