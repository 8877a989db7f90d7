import * as fs from 'node:fs';
import * as path from 'node:path';
import { CfnResource, Fn, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** What alarms and dashboard are about, by the names that `alarms.json` and `dashboard.json` have for it. */
export interface Names {
  readonly [name: string]: string;
}

/**
 * Makes the alarms of some files, and returns them by their names.
 *
 * @param files the first one also has the detector of anomalies
 * @param email an address that is told when an alarm begins and ends
 * @param hasUrls whether the functions have URLs, and there is no HTTP API
 */
export function alarms(
  scope: Construct,
  names: Names,
  files: string[],
  email?: string,
  hasUrls?: boolean,
): { [name: string]: cloudwatch.IAlarm } {
  const { detector } = read(files[0]);
  const all = Object.assign({}, ...files.map((file) => read(file).alarms));
  // Where there is no HTTP API, the URLs of the functions count the answers.
  for (const [id, Metrics] of Object.entries(hasUrls ? read('urls.json').metrics : {})) {
    all[id] = all[id] && { ...all[id], Metrics };
  }
  const actions = email === undefined ? undefined : [topic(scope, email)];
  new CfnResource(scope, 'ClicksDetector', {
    type: 'AWS::CloudWatch::AnomalyDetector',
    properties: filled(detector, names),
  });
  const made = Object.entries(all).filter(([, properties]) => properties).map(([id, properties]) => {
    const alarm = new CfnResource(scope, id, {
      type: 'AWS::CloudWatch::Alarm',
      properties: { ...filled(properties, names), AlarmActions: actions, OKActions: actions },
    });
    return [id, cloudwatch.Alarm.fromAlarmArn(scope, `${id}Made`, Token.asString(alarm.getAtt('Arn')))];
  });
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

function topic(scope: Construct, email: string): string {
  const made = new sns.Topic(scope, 'AlarmTopic');
  new sns.Subscription(scope, 'AlarmSubscription', {
    topic: made,
    protocol: sns.SubscriptionProtocol.EMAIL,
    endpoint: email,
  });
  return made.topicArn;
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
