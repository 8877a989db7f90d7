import * as assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, NestedStack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { Json } from './sam';
import { links, stack, synthesised } from './support';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:operations';

test('two constructs of one id under different parents have no name in common', () => {
  const scope = stack();
  const parents: Construct[] = [scope, new Construct(scope, 'Salon'), new Construct(scope, 'Links-'), new NestedStack(scope, 'Nested')];
  const made = parents.map((parent) => links({ events: true, canaryDeployments: true }, parent as never));
  const templates = new Set(made.map((construct) => synthesised(construct).toJSON()));
  const names = [...templates].flatMap((template: Json) =>
    Object.entries<Json>(template.Resources).flatMap(([, { Type, Properties = {} }]) =>
      Object.entries(Properties)
        .filter(([key]) => /^(?:\w*Group|Dashboard|Table|Function|Queue|Topic|Alarm|Role|Application)?Name$/.test(key))
        .filter(([key]) => !(Type === 'AWS::Lambda::Alias' || (key === 'FunctionName' && Type !== 'AWS::Lambda::Function')))
        .filter(([key]) => !(key === 'ApplicationName' && Type === 'AWS::CodeDeploy::DeploymentGroup'))
        .map(([key, value]) => `${Type} ${key} ${JSON.stringify(value)}`),
    ),
  );
  assert.equal(names.length, new Set(names).size, names.sort().join('\n'));
  assert.equal(names.filter((name) => name.startsWith('AWS::CloudWatch::Dashboard')).length, parents.length);
});

test('every name begins with that of the stack, which the deploying identity is limited to', () => {
  const template = synthesised(links({ events: true })).toJSON();
  const named = Object.values<Json>(template.Resources).flatMap(({ Properties: { LogGroupName, DashboardName, Name }, Type }) =>
    [LogGroupName, DashboardName, /EventBus$|Api$/.test(Type) ? Name : undefined].filter((name) => name !== undefined),
  );
  assert.equal(named.length, 5);
  named.forEach((name) => assert.match(name, /^(\/aws\/vendedlogs\/(pipes\/)?)?Stack-Links-[0-9A-F]{8}(-http)?$/));
});

test('an alarm is an alarm: it takes actions and tags, and an escape hatch changes it', () => {
  const scope = stack();
  const construct = links({}, scope);
  const topic = sns.Topic.fromTopicArn(scope, 'Topic', TOPIC);
  construct.alarms.LatencyAlarm.addAlarmAction(new SnsAction(topic));
  (construct.alarms.LatencyAlarm.node.defaultChild as cloudwatch.CfnAlarm).threshold = 3000;
  Tags.of(construct).add('team', 'bookings');
  // The metric of an alarm is one that a graph can show.
  new cloudwatch.Dashboard(scope, 'Mine', {
    widgets: [Object.values(construct.alarms).map((alarm) => new cloudwatch.GraphWidget({ left: [alarm.metric] }))],
  });
  const template = synthesised(construct);
  template.allResourcesProperties('AWS::CloudWatch::Alarm', { Tags: [{ Key: 'team', Value: 'bookings' }] });
  template.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', { AlarmActions: [TOPIC], Threshold: 3000 }, 1);
  template.hasResourceProperties('AWS::CloudWatch::Dashboard', {
    DashboardBody: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('answers - FILL\\(prefetches, 0\\)')])] },
  });
});

test('a topic of your own is told of every alarm, beside the address', () => {
  const scope = stack();
  const alarmActions = [new SnsAction(sns.Topic.fromTopicArn(scope, 'Topic', TOPIC))];
  const template = synthesised(links({ alarmActions, events: true, canaryDeployments: true }, scope));
  template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [TOPIC], OKActions: [TOPIC] });
  template.resourceCountIs('AWS::SNS::Topic', 0);
  const other = stack(new App());
  const both = links({ alarmActions: [new SnsAction(sns.Topic.fromTopicArn(other, 'Topic', TOPIC))], alarmEmail: 'ops@example.com' }, other);
  const made = Template.fromStack(other);
  made.resourceCountIs('AWS::SNS::Topic', 1);
  made.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.arrayWith([TOPIC]), OKActions: [Match.anyValue(), TOPIC] });
  assert.equal(Object.keys(both.alarms).length, 7);
});
