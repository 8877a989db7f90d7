import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { parseDocument } from 'yaml';
import { links, synthesised } from './support';

type Json = { [name: string]: any };

const FILE = path.join(__dirname, '../../template.yaml');

/** `template.yaml`, with each CloudFormation tag as an object: `!Ref x` is `{ Ref: 'x' }`. */
function sam(): Json {
  const names = ['Ref', 'GetAtt', 'Sub', 'If', 'Equals', 'And', 'Not', 'Or', 'Select', 'Join'];
  const key = (name: string) => (name === 'Ref' ? 'Ref' : `Fn::${name}`);
  const customTags = names.flatMap((name) => [
    { tag: `!${name}`, resolve: (text: string) => ({ [key(name)]: text }) },
    { tag: `!${name}`, collection: 'seq' as const, resolve: (seq: any) => ({ [key(name)]: seq.toJSON() }) },
  ]);
  return parseDocument(fs.readFileSync(FILE, 'utf8'), { customTags }).toJS();
}

const OURS = synthesised(links()).toJSON();
const SAM = sam();

function ours(type: string, named = ''): Json {
  const found = Object.entries<Json>(OURS.Resources).filter(([id, { Type }]) => Type === type && id.includes(named));
  assert.equal(found.length, 1, `${type} ${named}`);
  return found[0][1];
}

/** A parameter's default. */
function byDefault(name: string): any {
  return SAM.Parameters[name].Default;
}

/** A value of either template in words: tables, log groups and defaults by their names. */
function inWords(value: any): string {
  const text = JSON.stringify(value);
  const index = text.includes('/index/by-app') ? '/index/by-app' : '';
  for (const name of ['AppsTable', 'BookingsTable', 'ActionLinkLogs', 'BookingLinksLogs', 'HttpApi']) {
    if (text.includes(name)) {
      return name + index;
    }
  }
  return value?.Ref ? String(byDefault(value.Ref)) : String(value);
}

for (const name of ['ActionLink', 'BookingLinks']) {
  test(`${name} has the settings of template.yaml`, () => {
    const { Properties: function_ } = ours('AWS::Lambda::Function', name);
    const wanted = { ...SAM.Globals.Function, ...SAM.Resources[`${name}Function`].Properties };
    for (const setting of ['Runtime', 'Handler', 'MemorySize', 'Timeout', 'Description']) {
      assert.equal(function_[setting], wanted[setting], setting);
    }
    assert.equal(function_.Architectures[0], byDefault('Architecture'));
    assert.equal(function_.LoggingConfig.LogFormat, SAM.Globals.Function.LoggingConfig.LogFormat);
    assert.equal(inWords(function_.LoggingConfig.LogGroup), inWords(wanted.LoggingConfig.LogGroup));
    const variables = (of: Json) => Object.fromEntries(Object.entries(of).map(([key, value]) => [key, inWords(value)]));
    assert.deepEqual(variables(function_.Environment.Variables), variables(wanted.Environment.Variables));
  });

  test(`${name} may do what template.yaml allows`, () => {
    const allowed = (statements: Json[]) =>
      statements
        .flatMap(({ Action, Effect, Resource }) =>
          [Action].flat().map((action: string) => `${Effect} ${action} ${inWords(Resource)}`),
        )
        .sort();
    const [policy] = SAM.Resources[`${name}Role`].Properties.Policies;
    const { Properties: role } = ours('AWS::IAM::Role', name);
    assert.equal(role.ManagedPolicyArns, undefined);
    const statements = ours('AWS::IAM::Policy', name).Properties.PolicyDocument.Statement;
    assert.deepEqual(allowed(statements), allowed(policy.PolicyDocument.Statement));
  });
}

for (const name of ['AppsTable', 'BookingsTable']) {
  test(`${name} has the keys and the protection of template.yaml`, () => {
    const { Properties: table, DeletionPolicy, UpdateReplacePolicy } = ours('AWS::DynamoDB::Table', name);
    const wanted = SAM.Resources[name];
    assert.deepEqual(table, wanted.Properties);
    assert.deepEqual([DeletionPolicy, UpdateReplacePolicy], [wanted.DeletionPolicy, wanted.UpdateReplacePolicy]);
  });
}

test('the API has the routes, the throttling and the log of template.yaml', () => {
  const routes = (resources: Json) =>
    Object.values<Json>(resources)
      .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
      .map(({ Properties: { RouteKey, Target } }) => {
        const [integration] = JSON.stringify(Target).match(/\w+Integration\w*/) ?? [];
        const uri = JSON.stringify(resources[integration!].Properties.IntegrationUri);
        return `${RouteKey} → ${uri.match(/ActionLinkFunction|BookingLinksFunction/)}`;
      })
      .sort();
  assert.equal(routes(OURS.Resources).length, 3);
  assert.deepEqual(routes(OURS.Resources), routes(SAM.Resources));
  const { Properties: stage } = ours('AWS::ApiGatewayV2::Stage');
  const wanted = SAM.Resources.HttpStage.Properties;
  assert.equal(stage.StageName, wanted.StageName);
  assert.equal(stage.AutoDeploy, wanted.AutoDeploy);
  const { ThrottlingRateLimit, ThrottlingBurstLimit } = stage.DefaultRouteSettings;
  assert.deepEqual([ThrottlingRateLimit, ThrottlingBurstLimit], [byDefault('ThrottlingRateLimit'), byDefault('ThrottlingBurstLimit')]);
  assert.equal(stage.AccessLogSettings.Format, wanted.AccessLogSettings.Format);
  assert.equal(ours('AWS::ApiGatewayV2::Api').Properties.ProtocolType, SAM.Resources.HttpApi.Properties.ProtocolType);
  for (const [, { Properties }] of Object.entries<Json>(OURS.Resources).filter(([, { Type }]) => Type === 'AWS::ApiGatewayV2::Integration')) {
    assert.equal(Properties.PayloadFormatVersion, SAM.Resources.ActionLinkIntegration.Properties.PayloadFormatVersion);
  }
});

test('logs are kept for as long as in template.yaml', () => {
  const groups = Object.values<Json>(OURS.Resources).filter(({ Type }) => Type === 'AWS::Logs::LogGroup');
  assert.equal(groups.length, 3);
  for (const { Properties } of groups) {
    assert.equal(Properties.RetentionInDays, byDefault('LogRetentionDays'));
  }
});

test('there is a prop for each parameter of template.yaml', () => {
  const source = fs.readFileSync(path.join(__dirname, '../lib/props.ts'), 'utf8');
  const others: { [parameter: string]: string } = {
    BookingsTableName: 'bookingsTable',
    BookingIdAttribute: 'id',
    StateAttribute: 'state',
    GraphAttribute: 'graph',
    AppAttribute: 'app',
    KeyringTtlSeconds: 'keyringTtl',
    LogRetentionDays: 'logRetention',
  };
  for (const parameter of Object.keys(SAM.Parameters)) {
    const prop = others[parameter] ?? parameter[0].toLowerCase() + parameter.slice(1);
    assert.match(source, new RegExp(`readonly ${prop}\\?: `), parameter);
  }
});
