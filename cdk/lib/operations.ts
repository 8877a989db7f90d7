import * as fs from 'node:fs';
import * as path from 'node:path';
import { CfnResource, Fn } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarm } from './alarm';

/** What alarms and dashboard are about, by the names that `alarms.json` and `dashboard.json` have for it. */
export interface Names {
  readonly [name: string]: string;
}

/**
 * Makes the alarms of some files, and returns them by their names.
 *
 * @param files the first one also has the detector of anomalies
 * @param hasHttpApi whether an HTTP API counts the answers
 */
export function alarms(
  scope: Construct,
  names: Names,
  files: string[],
  actions: cloudwatch.IAlarmAction[],
  hasHttpApi: boolean,
): { [name: string]: cloudwatch.Alarm } {
  const { detector } = read(files[0]);
  const all = Object.assign({}, ...files.map((file) => read(file).alarms));
  // Where there is no HTTP API, the URLs of the functions count the answers.
  const counted = hasHttpApi ? {} : read('urls.json').metrics;
  for (const [id, Metrics] of Object.entries(counted)) {
    all[id] = { ...all[id], Metrics };
  }
  new CfnResource(scope, 'ClicksDetector', {
    type: 'AWS::CloudWatch::AnomalyDetector',
    properties: filled(detector, names),
  });
  const made = Object.entries(all).map(([id, properties]) => [id, alarm(scope, id, filled(properties, names), actions)]);
  return Object.fromEntries(made);
}

/** Makes the dashboard. */
export function dashboard(scope: Construct, name: string, names: Names): void {
  // CloudFormation takes a name with a dot for an attribute of a resource, and refuses it as a name of its own.
  const plain = (of: string) => of.replace('.', '');
  const text = JSON.stringify(read('dashboard.json')).replace(/\$\{[A-Za-z]+\.\w+\}/g, plain);
  const used = Object.entries(names).map(([key, value]) => [plain(key), value]).filter(([key]) => text.includes(`\${${key}}`));
  const body = Fn.sub(text, Object.fromEntries(used));
  new cloudwatch.CfnDashboard(scope, 'Dashboard', { dashboardName: name, dashboardBody: body });
}

/** Mails to an address. */
export function mails(scope: Construct, email: string): SnsAction {
  const made = new sns.Topic(scope, 'AlarmTopic');
  new sns.Subscription(scope, 'AlarmSubscription', {
    topic: made,
    protocol: sns.SubscriptionProtocol.EMAIL,
    endpoint: email,
  });
  return new SnsAction(made);
}

function read(file: string): any {
  return JSON.parse(fs.readFileSync(path.join(__dirname, file), 'utf8'));
}

/** A value with each `${name}` that stands alone replaced. */
function filled(value: any, names: Names): any {
  if (typeof value === 'string') {
    const [, name] = value.match(/^\$\{([\w.:]+)\}$/) ?? [];
    return name === undefined ? value : names[name];
  }
  if (Array.isArray(value)) {
    return value.map((each) => filled(each, names));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, names)]));
  }
  return value;
}
