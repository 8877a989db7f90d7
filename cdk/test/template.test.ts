import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Gateway } from '../lib';
import { DEFAULTS, Json, OURS, SAM, WHOLE, byDefault, decided, inWords, ours } from './sam';
import { types } from './readme';
import { links, stack, synthesised } from './support';

for (const name of ['ActionLink', 'BookingLinks']) {
  test(`${name} has the settings of template.yaml`, () => {
    const { Properties: function_ } = ours('AWS::Lambda::Function', name);
    const wanted = { ...SAM.Globals.Function, ...SAM.Resources[`${name}Function`].Properties };
    for (const setting of ['Runtime', 'Handler', 'Timeout', 'MemorySize']) {
      assert.equal(inWords(function_[setting]), inWords(wanted[setting]), setting);
    }
    assert.equal(`${function_.Description} Revision \${Revision}.`, wanted.Description['Fn::Sub']);
    assert.equal(function_.Architectures[0], byDefault('Architecture'));
    assert.equal(function_.TracingConfig.Mode, byDefault('Tracing'));
    const alias = ours('AWS::Lambda::Alias', name);
    assert.equal(alias.Properties.Name, SAM.Globals.Function.AutoPublishAlias);
    assert.equal(function_.LoggingConfig.LogFormat, SAM.Globals.Function.LoggingConfig.LogFormat);
    assert.equal(inWords(function_.LoggingConfig.LogGroup), inWords(wanted.LoggingConfig.LogGroup));
    const env = { ...SAM.Globals.Function.Environment.Variables, ...SAM.Resources[`${name}Function`].Properties.Environment?.Variables };
    const variables = (of: Json) => Object.fromEntries(Object.entries(of).map(([key, value]) => [key, inWords(value)]));
    assert.deepEqual(variables(function_.Environment.Variables), variables(env));
  });

  for (const hasKeys of [false, true]) {
    test(`${name} may do what template.yaml allows, ${hasKeys ? 'with' : 'without'} keys of one's own`, () => {
      const scope = stack();
      const key = (id: string) => kms.Key.fromKeyArn(scope, id, `arn:aws:kms:eu-west-1:123456789012:key/${id}`);
      const [apps, bookings] = [key('apps'), key('bookings')];
      const keys = { AppsTableKeyArn: apps.keyArn, BookingsTableKeyArn: bookings.keyArn };
      const props = { appsTableKey: apps, bookingsTableKey: bookings };
      const template = hasKeys ? synthesised(links(props, scope)).toJSON() : OURS;
      const wanted = hasKeys ? decided(WHOLE, { ...DEFAULTS, ...keys }) : SAM;
      const allowed = (statements: Json[]) =>
        statements
          .flatMap(({ Action, Effect, Resource }) =>
            [Action].flat().map((action: string) => `${Effect} ${action} ${inWords(Resource)}`),
          )
          .sort();
      const [policy] = wanted.Resources[`${name}Role`].Properties.Policies;
      const { Properties: role } = ours('AWS::IAM::Role', name, template);
      assert.equal(role.ManagedPolicyArns, undefined);
      const statements = ours('AWS::IAM::Policy', name, template).Properties.PolicyDocument.Statement;
      assert.deepEqual(allowed(statements), allowed(policy.PolicyDocument.Statement));
    });
  }
}

for (const name of ['AppsTable', 'BookingsTable']) {
  test(`${name} has the keys and the protection of template.yaml`, () => {
    const { Properties: table, DeletionPolicy, UpdateReplacePolicy } = ours('AWS::DynamoDB::Table', name);
    const wanted = SAM.Resources[name];
    assert.deepEqual(table, wanted.Properties);
    assert.deepEqual([DeletionPolicy, UpdateReplacePolicy], [wanted.DeletionPolicy, wanted.UpdateReplacePolicy]);
  });
}

test('with short links, their table, its access and its routes are those of template.yaml', () => {
  const wanted = decided(WHOLE, { ...DEFAULTS, ShortLinks: 'on' }).Resources;
  const template = synthesised(links({ shortLinks: true })).toJSON();
  const table = ours('AWS::DynamoDB::Table', 'ShortLinksTable', template);
  const { Properties, DeletionPolicy, UpdateReplacePolicy } = wanted.ShortLinksTable;
  assert.deepEqual([table.Properties, table.DeletionPolicy, table.UpdateReplacePolicy], [Properties, DeletionPolicy, UpdateReplacePolicy]);
  for (const name of ['ActionLink', 'BookingLinks']) {
    const of = (statements: Json[]) =>
      statements.filter((one) => JSON.stringify(one).includes('ShortLinksTable')).flatMap(({ Action }) => [Action].flat()).sort();
    const [policy] = wanted[`${name}Role`].Properties.Policies;
    const statements = ours('AWS::IAM::Policy', name, template).Properties.PolicyDocument.Statement;
    assert.deepEqual(of(statements), of(policy.PolicyDocument.Statement), name);
    assert.ok(of(statements).length > 0, name);
    const { Variables } = ours('AWS::Lambda::Function', name, template).Properties.Environment;
    assert.match(JSON.stringify(Variables.SHORT_LINKS_TABLE), /ShortLinksTable/);
  }
  const short = (resources: Json) =>
    Object.values<Json>(resources)
      .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
      .map(({ Properties: { RouteKey } }) => RouteKey)
      .filter((key) => key.includes('/l/'))
      .sort();
  assert.equal(short(wanted).length, 2);
  assert.deepEqual(short(template.Resources), short(wanted));
});

test('the API has the routes, the throttling and the log of template.yaml', () => {
  const routes = (resources: Json) =>
    Object.values<Json>(resources)
      .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
      .map(({ Properties: { RouteKey, Target } }) => {
        const [integration] = JSON.stringify(Target).match(/\w+Integration\w*/) ?? [];
        const uri = JSON.stringify(resources[integration!].Properties.IntegrationUri);
        return `${RouteKey} → ${uri.match(/ActionLink(?=Function\.Alias|Live)|BookingLinks(?=Function\.Alias|Live)/)}`;
      })
      .sort();
  assert.equal(routes(OURS.Resources).length, 5);
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

test('the alarms are those of template.yaml', () => {
  const of = (resources: Json) =>
    Object.fromEntries(
      Object.entries<Json>(resources)
        .filter(([, { Type }]) => ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::AnomalyDetector'].includes(Type))
        .map(([id, { Properties }]) => [id, JSON.stringify(Properties)]),
    );
  const names = (text: string) =>
    text.replace(/\{"Ref":"(?:Links)?(HttpApi|ActionLinkFunction|BookingLinksFunction)\w*"\}/g, '"$1"');
  const wanted = Object.entries(of(SAM.Resources)).map(([id, text]) => [id, JSON.parse(names(text))]);
  assert.equal(wanted.length, 8);
  for (const [id, properties] of wanted) {
    const [found] = Object.entries(of(OURS.Resources)).filter(([name]) => name.startsWith(`Links${id}`));
    assert.deepEqual(JSON.parse(names(found[1])), properties, id);
  }
});

test('the alarms of a canary are those of template.yaml', () => {
  const wanted = decided(WHOLE, { ...DEFAULTS, CanaryDeployments: 'true' }).Resources;
  const template = synthesised(links({ canaryDeployments: true })).toJSON();
  const plain = (of: Json) =>
    JSON.parse(
      JSON.stringify(of)
        .replace(/\{"Fn::Join":\["",\[\{"Ref":"(?:Links)?(\w+?Function)\w*"\},":live"\]\]\}|\{"Fn::Sub":"\$\{(\w+)\}:live"\}/g, '"$1$2 live"')
        .replace(/\{"Fn::GetAtt":\["Links(\w+?Function)CurrentVersion\w*","Version"\]\}|\{"Fn::GetAtt":"(\w+)\.Version\.Version"\}/g, '"$1$2 version"')
        .replace(/\{"Ref":"(?:Links)?(HttpApi|ActionLinkFunction|BookingLinksFunction)\w*"\}/g, '"$1"'),
    );
  for (const id of ['CanaryAnswersAlarm', 'CanaryClicksAlarm', 'CanaryListsAlarm']) {
    assert.deepEqual(plain(ours('AWS::CloudWatch::Alarm', id, template).Properties), plain(wanted[id].Properties), id);
  }
});

test('with URLs of the functions there is no HTTP API, and links begin with the URL for clicks', () => {
  const wanted = decided(WHOLE, { ...DEFAULTS, Gateway: 'FunctionUrl' }).Resources;
  const construct = links({ gateway: Gateway.FUNCTION_URL });
  const made = synthesised(construct);
  const template = made.toJSON();
  made.resourcePropertiesCountIs('AWS::Lambda::Url', { AuthType: 'NONE' }, 2);
  for (const type of ['Api', 'Stage', 'Route', 'Integration']) {
    made.resourceCountIs(`AWS::ApiGatewayV2::${type}`, 0);
  }
  const base = (name: string) => ours('AWS::Lambda::Function', name, template).Properties.Environment.Variables.LINK_BASE_URL;
  assert.equal(base('ActionLink'), wanted.ActionLinkFunction.Properties.Environment?.Variables.LINK_BASE_URL ?? '');
  assert.match(JSON.stringify(base('BookingLinks')), /LinksActionLinkLiveFunctionUrl/);
  assert.match(JSON.stringify(wanted.BookingLinksFunction.Properties.Environment), /ActionLinkUrl\.FunctionUrl/);
  // Both permissions that a URL needs, and none to invoke a function without it.
  const permissions = (of: Json) =>
    Object.values<Json>(of)
      .filter(({ Type }) => Type === 'AWS::Lambda::Permission')
      .map(({ Properties: { Action, FunctionUrlAuthType, InvokedViaFunctionUrl, Principal } }) =>
        [Action, Principal, FunctionUrlAuthType, InvokedViaFunctionUrl].join(' '),
      )
      .sort();
  assert.deepEqual(permissions(template.Resources), permissions(wanted));
  const metrics = (of: Json) => JSON.parse(JSON.stringify(of.Properties.Metrics).replace(/\{"Ref":"(?:Links)?(\w+?Function)\w*"\}/g, '"$1"'));
  assert.deepEqual(metrics(ours('AWS::CloudWatch::Alarm', 'ServerErrorsAlarm', template)), metrics(wanted.ServerErrorsAlarm));
});

test('with events, the pipe, its role and its queue are those of template.yaml', () => {
  const wanted = decided(WHOLE, { ...DEFAULTS, Events: 'on' });
  const template = synthesised(links({ events: true })).toJSON();
  const pipe = ours('AWS::Pipes::Pipe', '', template).Properties;
  const { SourceParameters, TargetParameters, Description, LogConfiguration } = wanted.Resources.EventsPipe.Properties;
  const queue = (of: Json) => JSON.parse(JSON.stringify(of).replace(/\{"Fn::GetAtt":[^}]*EventsDeadLetters[^}]*\}/, '"queue"'));
  assert.deepEqual(queue(pipe.SourceParameters), queue(SourceParameters));
  assert.deepEqual([pipe.TargetParameters, pipe.Description], [TargetParameters, Description]);
  assert.equal(pipe.LogConfiguration.Level, LogConfiguration.Level);
  const actions = (statements: Json[]) => statements.flatMap(({ Action }) => [Action].flat()).sort();
  const policy = ours('AWS::IAM::Policy', 'EventsRole', template).Properties.PolicyDocument.Statement;
  const [{ PolicyDocument }] = wanted.Resources.EventsRole.Properties.Policies;
  assert.deepEqual(actions(policy), actions(PolicyDocument.Statement));
  assert.deepEqual(ours('AWS::SQS::Queue', '', template).Properties, wanted.Resources.EventsDeadLetters.Properties);
  const deny = (of: Json) => of.PolicyDocument.Statement.map(({ Effect, Action, Condition }: Json) => [Effect, Action, Condition]);
  const insecure = wanted.Resources.EventsDeadLettersPolicy.Properties;
  assert.deepEqual(deny(ours('AWS::SQS::QueuePolicy', '', template).Properties), deny(insecure));
  assert.deepEqual(
    ours('AWS::DynamoDB::Table', 'BookingsTable', template).Properties.StreamSpecification,
    wanted.Resources.BookingsTable.Properties.StreamSpecification,
  );
  assert.match(JSON.stringify(pipe.Source), /BookingsTable.*StreamArn/);
  assert.match(JSON.stringify(pipe.Target), /EventBus/);
  const threshold = (of: Json) => [of.Threshold, of.Metrics[0].MetricStat.Metric.MetricName, of.AlarmDescription];
  const alarm = ours('AWS::CloudWatch::Alarm', 'EventsDeadLetters', template).Properties;
  assert.deepEqual(threshold(alarm), threshold(wanted.Resources.EventsDeadLettersAlarm.Properties));
});

test('the dashboard is that of template.yaml', () => {
  const [body, names] = ours('AWS::CloudWatch::Dashboard').Properties.DashboardBody['Fn::Sub'];
  const [wanted] = SAM.Resources.Dashboard.Properties.DashboardBody['Fn::Sub'];
  assert.deepEqual(JSON.parse(body), JSON.parse(wanted.replace(/(\$\{\w+)\.(\w+\})/g, '$1$2')));
  // The names that CloudFormation takes, and all of them.
  const used = body.match(/(?<=\$\{)[^}]*(?=\})/g).filter((name: string) => !name.startsWith('AWS::'));
  assert.deepEqual(new Set(used), new Set(Object.keys(names)));
  used.forEach((name: string) => assert.match(name, /^[A-Za-z0-9_]+$/));
});

test('the pipe waits for what its role may do, and old versions are kept', () => {
  const template = synthesised(links({ events: true })).toJSON();
  const [policy] = Object.keys(template.Resources).filter((id) => id.startsWith('LinksEventsRoleDefaultPolicy'));
  assert.ok(ours('AWS::Pipes::Pipe', '', template).DependsOn.includes(policy), policy);
  for (const name of ['ActionLink', 'BookingLinks']) {
    const { DeletionPolicy, UpdateReplacePolicy } = ours('AWS::Lambda::Version', name);
    assert.deepEqual([DeletionPolicy, UpdateReplacePolicy], ['Retain', 'Retain'], name);
  }
});

test('logs are kept for as long as in template.yaml', () => {
  const groups = Object.values<Json>(OURS.Resources).filter(({ Type }) => Type === 'AWS::Logs::LogGroup');
  assert.equal(groups.length, 3);
  for (const { Properties } of groups) {
    assert.equal(Properties.RetentionInDays, byDefault('LogRetentionDays'));
  }
});

test('example/everything.ts sets every prop', () => {
  const example = fs.readFileSync(path.join(__dirname, '../example/everything.ts'), 'utf8');
  for (const prop of properties('ActionLinksProps')) {
    assert.match(example, new RegExp(`\\b${prop}[:,]`), prop);
  }
});

test('there is a prop for each parameter of template.yaml', () => {
  const props = [...properties('ActionLinksProps'), ...properties('AttributeNames')];
  const others: { [parameter: string]: string } = {
    AppsTableName: 'appsTable',
    BookingsTableName: 'bookingsTable',
    VpcSubnetIds: 'vpcSubnets',
    VpcSecurityGroupIds: 'securityGroups',
    AlarmTopicArn: 'alarmActions',
    HttpApiId: 'api',
    BookingIdAttribute: 'id',
    StateAttribute: 'state',
    GraphAttribute: 'graph',
    AppAttribute: 'app',
    KeyringTtlSeconds: 'keyringTtl',
    LogRetentionDays: 'logRetention',
    CertificateArn: 'domainName',
    HostedZoneId: 'domainName',
    AppsTableKeyArn: 'appsTableKey',
    BookingsTableKeyArn: 'bookingsTableKey',
    BookingsStreamArn: 'bookingsTable',
    EventBusArn: 'eventBus',
    // CDK sees changed settings by itself.
    Revision: 'code',
  };
  for (const parameter of Object.keys(SAM.Parameters)) {
    const prop = others[parameter] ?? parameter[0].toLowerCase() + parameter.slice(1);
    assert.ok(props.includes(prop), parameter);
  }
});

/** The names of a type's properties, as jsii has them. */
function properties(type: string): string[] {
  return types()[`action-links-cdk.${type}`].properties.map(({ name }: Json) => name);
}
