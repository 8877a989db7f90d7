import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ActionLinksProps, Gateway } from '../lib';
import { DEFAULTS, Json, WHOLE, decided, ours } from './sam';
import { links, stack, synthesised } from './support';

const BASE = 'https://links.salon.example';

test('functions in a VPC have its subnets and groups, and what template.yaml allows there', () => {
  const scope = stack();
  const vpc = new ec2.Vpc(scope, 'Vpc', { natGateways: 0 });
  const securityGroups = [new ec2.SecurityGroup(scope, 'Group', { vpc })];
  const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
  assert.throws(() => links({ securityGroups }), { message: /^securityGroups: needs vpc/ });
  assert.throws(() => links({ vpcSubnets }), { message: /^vpcSubnets: needs vpc/ });
  assert.throws(() => links({ vpc, securityGroups: [] }, stack()), { message: /^securityGroups: must have at least one/ });
  const template = synthesised(links({ vpc, vpcSubnets, securityGroups }, scope)).toJSON();
  const wanted = decided(WHOLE, { ...DEFAULTS, VpcSubnetIds: 'subnet-1', VpcSecurityGroupIds: 'sg-1' }).Resources;
  const network = (statements: Json[]) => statements.filter(({ Action }) => JSON.stringify(Action).includes('ec2:'));
  for (const name of ['ActionLink', 'BookingLinks']) {
    const { VpcConfig } = ours('AWS::Lambda::Function', name, template).Properties;
    assert.match(JSON.stringify(VpcConfig.SecurityGroupIds), /^\[\{"Fn::GetAtt":\["Group/);
    assert.match(JSON.stringify(VpcConfig.SubnetIds), /IsolatedSubnet1.*IsolatedSubnet2/);
    const { Statement } = ours('AWS::IAM::Policy', `${name}Role`, template).Properties.PolicyDocument;
    const [{ PolicyDocument }] = wanted[`${name}Role`].Properties.Policies;
    assert.equal(network(Statement).length, 1);
    assert.deepEqual(network(Statement), network(PolicyDocument.Statement));
  }
  // With a VPC alone, each function gets a group.
  const own = stack();
  const plain = synthesised(links({ vpc: new ec2.Vpc(own, 'Vpc') }, own));
  plain.resourceCountIs('AWS::EC2::SecurityGroup', 2);
});

test('instances that are always ready are those of the aliases', () => {
  const template = synthesised(links({ provisionedConcurrency: 2, reservedConcurrency: 2 }));
  template.allResourcesProperties('AWS::Lambda::Alias', { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 } });
  assert.throws(() => links({ provisionedConcurrency: 3, reservedConcurrency: 2 }), { message: /^provisionedConcurrency: must be at most/ });
  assert.throws(() => links({ provisionedConcurrency: 0 }), { message: /^provisionedConcurrency: must be a whole number/ });
});

test('lists read the index of a table of your own', () => {
  const scope = stack();
  const tableArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/mine';
  const bookingsTable = dynamodb.Table.fromTableAttributes(scope, 'Mine', { tableArn });
  const template = synthesised(links({ bookingsTable, indexName: 'by-salon' }, scope)).toJSON();
  const { Environment } = ours('AWS::Lambda::Function', 'BookingLinks', template).Properties;
  assert.equal(Environment.Variables.BOOKINGS_INDEX, 'by-salon');
  const { Statement } = ours('AWS::IAM::Policy', 'BookingLinksRole', template).Properties.PolicyDocument;
  const [query] = Statement.filter(({ Action }: Json) => Action === 'dynamodb:Query');
  assert.equal(query.Resource, `${tableArn}/index/by-salon`);
  assert.throws(() => links({ indexName: 'by-salon' }), { message: /^indexName: can be changed only together with bookingsTable/ });
  assert.throws(() => links({ bookingsTable, indexName: 'x' }, stack()), { message: /^indexName: has 3 to 255/ });
});

test('tables are kept, unless they are said to go', () => {
  const template = synthesised(links({ removalPolicy: RemovalPolicy.DESTROY, deletionProtection: false }));
  template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  assert.throws(() => links({ removalPolicy: RemovalPolicy.DESTROY }), { message: /^removalPolicy: DESTROY needs deletionProtection: false/ });
  assert.throws(() => links({ removalPolicy: RemovalPolicy.SNAPSHOT }), { message: /^removalPolicy: a table has no snapshot/ });
});

test('an API of your own gets the routes, and stays as it is', () => {
  const scope = stack();
  const api = new apigateway.HttpApi(scope, 'Mine');
  const construct = links({ api }, scope);
  const template = synthesised(construct);
  template.resourceCountIs('AWS::ApiGatewayV2::Api', 1);
  template.resourceCountIs('AWS::ApiGatewayV2::Stage', 1);
  template.resourceCountIs('AWS::ApiGatewayV2::Route', 5);
  template.allResourcesProperties('AWS::ApiGatewayV2::Route', { ApiId: { Ref: scope.getLogicalId(api.node.defaultChild as never) } });
  assert.equal(construct.api, api);
  assert.equal(construct.apiUrl, api.apiEndpoint);
  const others: Partial<ActionLinksProps>[] = [{ disableExecuteApiEndpoint: true }, { throttlingRateLimit: 5 }, { throttlingBurstLimit: 5 }];
  for (const more of others) {
    const [prop] = Object.keys(more);
    assert.throws(() => links({ api, ...more }, stack()), { message: new RegExp(`${prop}: is for a new API`) });
  }
  assert.throws(() => links({ api, gateway: Gateway.FUNCTION_URL }, stack()), { message: /^api: is of use only with/ });
});

test('an API that was imported says where it answers, or linkBaseUrl does', () => {
  const scope = stack();
  const plain = apigateway.HttpApi.fromHttpApiAttributes(scope, 'Plain', { httpApiId: 'a1' });
  assert.throws(() => links({ api: plain }, stack()), { message: /^linkBaseUrl: is required with/ });
  assert.equal(links({ api: plain, linkBaseUrl: `${BASE}/` }, stack()).apiUrl, BASE);
  const apiEndpoint = 'https://a1.execute-api.eu-west-1.amazonaws.com';
  const whole = apigateway.HttpApi.fromHttpApiAttributes(scope, 'Whole', { httpApiId: 'a1', apiEndpoint });
  assert.equal(links({ api: whole }, stack()).apiUrl, apiEndpoint);
});

test('without a gateway, only the aliases are there to invoke', () => {
  assert.throws(() => links({ gateway: Gateway.NONE }), { message: /^linkBaseUrl: is required with Gateway.NONE/ });
  const construct = links({ gateway: Gateway.NONE, linkBaseUrl: BASE });
  const template = synthesised(construct);
  for (const type of ['ApiGatewayV2::Api', 'ApiGatewayV2::Route', 'Lambda::Url', 'Lambda::Permission']) {
    template.resourceCountIs(`AWS::${type}`, 0);
  }
  assert.deepEqual([construct.apiUrl, construct.bookingLinksUrl, construct.api], [BASE, BASE, undefined]);
  const wanted = decided(WHOLE, { ...DEFAULTS, Gateway: 'None', LinkBaseUrl: BASE }).Resources;
  assert.deepEqual(Object.values<Json>(wanted).filter(({ Type }) => /ApiGateway|Url$|Permission$/.test(Type)), []);
  const metrics = (of: Json) => JSON.parse(JSON.stringify(of.Properties.Metrics).replace(/\{"Ref":"(?:Links)?(\w+?Function)\w*"\}/g, '"$1"'));
  const alarm = ours('AWS::CloudWatch::Alarm', 'ServerErrorsAlarm', template.toJSON());
  assert.deepEqual(metrics(alarm), metrics(wanted.ServerErrorsAlarm));
});
