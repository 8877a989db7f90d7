import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

/**
 * Makes an alarm of the properties that `AWS::CloudWatch::Alarm` has in a template.
 *
 * @param actions what is told when the alarm begins and when it ends
 */
export function alarm(scope: Construct, id: string, properties: any, actions: cloudwatch.IAlarmAction[]): cloudwatch.Alarm {
  const { evaluationPeriods, threshold, ...rest } = camelCased(properties);
  const made = new cloudwatch.Alarm(scope, id, { metric: metric(rest.metrics), evaluationPeriods, threshold: threshold ?? 0 });
  // CDK names the metrics of an expression anew, and has no alarm on a band around an expression. What it has made is
  // replaced property by property, so that an escape hatch can still change each.
  const inline = { metricName: undefined, namespace: undefined, dimensions: undefined, period: undefined };
  const statistics = { statistic: undefined, extendedStatistic: undefined };
  Object.assign(made.node.defaultChild as cloudwatch.CfnAlarm, { ...inline, ...statistics, threshold, ...rest });
  made.addAlarmAction(...actions);
  made.addOkAction(...actions);
  return made;
}

/** The metric that the alarm is on, for graphs. */
function metric(queries: any[]): cloudwatch.IMetric {
  const made: { [id: string]: cloudwatch.IMetric } = {};
  const period = Duration.seconds(queries[0].metricStat.period);
  for (const { id, expression, label, metricStat } of queries) {
    if (metricStat) {
      const { namespace, metricName, dimensions } = metricStat.metric;
      const dimensionsMap = Object.fromEntries(dimensions.map(({ name, value }: any) => [name, value]));
      made[id] = new cloudwatch.Metric({ namespace, metricName, dimensionsMap, period, statistic: metricStat.stat });
    } else {
      const used = Object.entries(made).filter(([name]) => new RegExp(`\\b${name}\\b`).test(expression));
      made[id] = new cloudwatch.MathExpression({ expression, label, period, usingMetrics: Object.fromEntries(used) });
    }
  }
  return made[queries.find(({ returnData }) => returnData).id];
}

/** A value with the keys that CDK has for CloudFormation's. */
function camelCased(value: any): any {
  if (Array.isArray(value)) {
    return value.map(camelCased);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key[0].toLowerCase() + key.slice(1), camelCased(of)]));
}
