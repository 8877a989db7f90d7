import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as eventbridge from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ActionLinksProps, Gateway } from '../lib';
import { links, stack, synthesised } from './support';

test('a prop that makes no sense fails, with its name', () => {
  const wrong: [Partial<ActionLinksProps>, RegExp][] = [
    [{ linkBaseUrl: 'http://links.example' }, /^linkBaseUrl: must be an https URL/],
    [{ linkBaseUrl: 'https://links.example/?a=b' }, /^linkBaseUrl: /],
    [{ graphs: '{' }, /^graphs: must be a JSON object/],
    [{ graphs: '[]' }, /^graphs: /],
    [{ graphs: JSON.stringify({ a: 'x'.repeat(3000) }) }, /^graphs: .*3,000 bytes/],
    [{ defaultGraph: 'a b' }, /^defaultGraph: /],
    [{ keyringTtl: Duration.seconds(0) }, /^keyringTtl: must be 1 to 3,600 whole seconds/],
    [{ keyringTtl: Duration.hours(2) }, /^keyringTtl: /],
    [{ keyringTtl: Duration.millis(1500) }, /^keyringTtl: /],
    [{ throttlingRateLimit: 0 }, /^throttlingRateLimit: /],
    [{ throttlingBurstLimit: 1.5 }, /^throttlingBurstLimit: /],
    [{ gateway: Gateway.FUNCTION_URL, canaryDeployments: true }, /^canaryDeployments: needs an HTTP API/],
    [{ gateway: Gateway.FUNCTION_URL, domainName: {} as never }, /^domainName: needs an HTTP API/],
    [{ basePath: 'links' }, /^basePath: needs domainName/],
    [{ disableExecuteApiEndpoint: true }, /^disableExecuteApiEndpoint: needs domainName/],
    [{ eventBus: {} as never }, /^eventBus: is of use only together with events/],
    [{ memorySize: 64 }, /^memorySize: must be a whole number from 128 to 10,240/],
    [{ reservedConcurrency: 0 }, /^reservedConcurrency: /],
    [{ alarmEmail: 'ops' }, /^alarmEmail: must be one mail address/],
    [{ attributeNames: { state: '' } }, /^attributeNames.state: /],
    [{ attributeNames: { id: 'booking' } }, /^attributeNames.id: can be changed only together with bookingsTable/],
    [{ attributeNames: { app: 'tenant' } }, /^attributeNames.app: /],
  ];
  for (const [props, message] of wrong) {
    assert.throws(() => links(props), { message }, JSON.stringify(props));
  }
  assert.throws(() => links({ linkBaseUrl: '', throttlingRateLimit: -1 }), { message: /linkBaseUrl: .*; throttlingRateLimit: / });
});

test('an existing table is used, and no other one is made', () => {
  const scope = stack();
  const encryptionKey = kms.Key.fromKeyArn(scope, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/1');
  const bookingsTable = dynamodb.Table.fromTableAttributes(scope, 'Mine', {
    tableArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/mine',
    encryptionKey,
  });
  const template = synthesised(links({ bookingsTable, attributeNames: { id: 'booking', app: 'tenant' } }, scope));
  template.resourceCountIs('AWS::DynamoDB::Table', 1);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: { BOOKINGS_TABLE: 'mine', BOOKING_ID_ATTRIBUTE: 'booking', APP_ATTRIBUTE: 'tenant', STATE_ATTRIBUTE: 'state' },
    },
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: 'dynamodb:Query', Resource: 'arn:aws:dynamodb:eu-west-1:123456789012:table/mine/index/by-app' }),
        Match.objectLike({ Action: Match.arrayWith(['kms:Decrypt', 'kms:Encrypt']), Resource: encryptionKey.keyArn }),
      ]),
    },
  });
});

test('an existing apps table is used, read and nothing more', () => {
  const scope = stack();
  const tableArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/salons';
  const encryptionKey = kms.Key.fromKeyArn(scope, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/1');
  const appsTable = dynamodb.Table.fromTableAttributes(scope, 'Salons', { tableArn, encryptionKey });
  assert.throws(() => links({ appsTable, appsTableKey: encryptionKey }), { message: /^appsTableKey: is for a new table only/ });
  const template = synthesised(links({ appsTable }, scope));
  template.resourceCountIs('AWS::DynamoDB::Table', 1);
  template.allResourcesProperties('AWS::Lambda::Function', { Environment: { Variables: { APPS_TABLE: 'salons' } } });
  for (const { Properties } of Object.values(template.findResources('AWS::IAM::Policy'))) {
    const statements = Properties.PolicyDocument.Statement as any[];
    const [apps] = statements.filter(({ Resource }) => Resource === tableArn);
    assert.deepEqual(apps.Action, ['dynamodb:GetItem', 'dynamodb:Scan']);
    assert.ok(statements.some(({ Action, Resource }) => Action === 'kms:Decrypt' && Resource === encryptionKey.keyArn));
  }
});

test('a domain of your own is where links begin', () => {
  const scope = stack();
  const certificate = acm.Certificate.fromCertificateArn(scope, 'Certificate', 'arn:aws:acm:eu-west-1:123456789012:certificate/1');
  const domainName = new apigateway.DomainName(scope, 'Domain', { domainName: 'links.salon.example', certificate });
  const construct = links({ domainName, basePath: 'a/b' }, scope);
  const template = synthesised(construct);
  template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { ApiMappingKey: 'a/b' });
  const [functions] = [Object.values(template.findResources('AWS::Lambda::Function'))];
  for (const { Properties } of functions) {
    assert.deepEqual(Properties.Environment.Variables.LINK_BASE_URL['Fn::Join']?.[1].at(-1) ?? Properties.Environment.Variables.LINK_BASE_URL, '/a/b');
  }
});

test("the API's own address answers, unless it is switched off", () => {
  synthesised(links()).hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: false });
  const scope = stack();
  const certificate = acm.Certificate.fromCertificateArn(scope, 'Certificate', 'arn:aws:acm:eu-west-1:123456789012:certificate/1');
  const domainName = new apigateway.DomainName(scope, 'Domain', { domainName: 'links.salon.example', certificate });
  const template = synthesised(links({ domainName, disableExecuteApiEndpoint: true }, scope));
  template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
});

test('a permissions boundary limits every role', () => {
  const scope = stack();
  const arn = 'arn:aws:iam::123456789012:policy/action-links-boundary';
  const permissionsBoundary = iam.ManagedPolicy.fromManagedPolicyArn(scope, 'Boundary', arn);
  const template = synthesised(links({ permissionsBoundary, canaryDeployments: true, events: true }, scope));
  const roles = Object.values(template.findResources('AWS::IAM::Role'));
  assert.equal(roles.length, 5, 'two functions, two deployments, one pipe');
  for (const { Properties } of roles) {
    assert.equal(Properties.PermissionsBoundary, arn);
  }
  template.resourceCountIs('AWS::IAM::User', 0);
});

test('another function may be allowed to invoke, and only booking-links', () => {
  const scope = stack();
  const construct = links({}, scope);
  const caller = new lambda.Function(scope, 'Caller', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => {}'),
  });
  construct.grantInvoke(caller);
  const policies = synthesised(construct).findResources('AWS::IAM::Policy', {
    Properties: { PolicyName: Match.stringLikeRegexp('^Caller') },
  });
  const [{ Statement: [statement] }] = Object.values(policies).map(({ Properties }) => Properties.PolicyDocument);
  assert.equal(statement.Action, 'lambda:InvokeFunction');
  assert.match(JSON.stringify(statement.Resource), /LinksBookingLinksLive/);
  assert.doesNotMatch(JSON.stringify(statement.Resource), /LinksActionLink/);
});

test('an address gets the alarms, and a canary goes back on them', () => {
  const construct = links({ alarmEmail: 'ops@example.com', canaryDeployments: true });
  const template = synthesised(construct);
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
  template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [Match.anyValue()], OKActions: [Match.anyValue()] });
  template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 2);
  template.allResourcesProperties('AWS::CodeDeploy::DeploymentGroup', {
    AlarmConfiguration: { Enabled: true },
    DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  });
  assert.deepEqual(Object.keys(construct.alarms).length, 10);
  const groups = Object.values(template.findResources('AWS::CodeDeploy::DeploymentGroup'));
  const ids = groups.flatMap(({ Properties }) => Properties.AlarmConfiguration.Alarms.map(({ Name }: any) => JSON.stringify(Name)));
  assert.equal(ids.length, 5, 'those of the lists watch both functions');
  ids.forEach((id) => assert.match(id, /LinksCanary(Answers|Clicks|Lists)Alarm/));
});

test('events of a table of your own go to a bus of your own', () => {
  const scope = stack();
  const tableArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/mine';
  const table = (id: string, tableStreamArn?: string) =>
    dynamodb.Table.fromTableAttributes(scope, id, { tableArn, tableStreamArn });
  assert.throws(() => links({ events: true, bookingsTable: table('None') }), { message: /^events: needs .* tableStreamArn/ });
  const streamArn = `${tableArn}/stream/2026-11-01T08:00:00.000`;
  const eventBus = eventbridge.EventBus.fromEventBusName(scope, 'Bus', 'business');
  const construct = links({ events: true, eventBus, bookingsTable: table('Mine', streamArn) }, scope);
  const template = synthesised(construct);
  template.hasResourceProperties('AWS::Pipes::Pipe', { Source: streamArn });
  template.resourceCountIs('AWS::Events::EventBus', 0);
  assert.equal(construct.eventBus, eventBus);
  template.allResourcesProperties('AWS::Lambda::Function', { Environment: { Variables: { EVENTS: 'on' } } });
  assert.equal(Object.keys(construct.alarms).length, 8);
});

test('without an address and a canary there is nobody to tell and nothing to shift', () => {
  const template = synthesised(links());
  template.resourceCountIs('AWS::SNS::Topic', 0);
  template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
  for (const type of ['Pipes::Pipe', 'Events::EventBus', 'SQS::Queue']) {
    template.resourceCountIs(`AWS::${type}`, 0);
  }
});

test('memory, concurrency, tracing and protection can be set', () => {
  const template = synthesised(
    links({ memorySize: 512, reservedConcurrency: 5, tracing: false, deletionProtection: false }),
  );
  template.allResourcesProperties('AWS::Lambda::Function', {
    MemorySize: 512,
    ReservedConcurrentExecutions: 5,
    TracingConfig: { Mode: 'PassThrough' },
  });
  template.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
});
