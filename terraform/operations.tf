locals {
  # What stands in those files for a name.
  names = {
    "$${HttpApi}"                     = local.api_id
    "$${ActionLinkFunction}"          = aws_lambda_function.this["action-link"].function_name
    "$${BookingLinksFunction}"        = aws_lambda_function.this["booking-links"].function_name
    "$${EventsDeadLetters.QueueName}" = one(aws_sqs_queue.dead_letters[*].name)
  }

  alarm_actions = concat(aws_sns_topic.alarms[*].arn, compact([var.alarm_topic_arn]))

  dashboard_text = replace(file("${path.module}/../cdk/lib/dashboard.json"), "$${AWS::Region}", data.aws_region.this.region)
}

resource "aws_sns_topic" "alarms" {
  count = var.alarm_email == "" ? 0 : 1
  name  = "${var.name}-alarms"
}

resource "aws_sns_topic_subscription" "alarms" {
  count     = var.alarm_email == "" ? 0 : 1
  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = local.alarms
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.AlarmDescription
  comparison_operator = each.value.ComparisonOperator
  threshold           = try(each.value.Threshold, null)
  threshold_metric_id = try(each.value.ThresholdMetricId, null)
  evaluation_periods  = each.value.EvaluationPeriods
  datapoints_to_alarm = each.value.DatapointsToAlarm
  treat_missing_data  = each.value.TreatMissingData
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions

  dynamic "metric_query" {
    for_each = each.value.Metrics
    content {
      id          = metric_query.value.Id
      expression  = try(metric_query.value.Expression, null)
      label       = try(metric_query.value.Label, null)
      return_data = metric_query.value.ReturnData

      dynamic "metric" {
        for_each = try([metric_query.value.MetricStat], [])
        content {
          namespace   = metric.value.Metric.Namespace
          metric_name = metric.value.Metric.MetricName
          period      = metric.value.Period
          stat        = metric.value.Stat
          dimensions  = { for dimension in metric.value.Metric.Dimensions : dimension.Name => lookup(local.names, dimension.Value, dimension.Value) }
        }
      }
    }
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = templatestring(local.dashboard_text, merge(
    { for name, alarm in aws_cloudwatch_metric_alarm.this : name => { Arn = alarm.arn } },
    {
      HttpApi              = local.api_id
      ActionLinkFunction   = aws_lambda_function.this["action-link"].function_name
      BookingLinksFunction = aws_lambda_function.this["booking-links"].function_name
      ActionLinkLogs       = aws_cloudwatch_log_group.function["action-link"].name
      BookingLinksLogs     = aws_cloudwatch_log_group.function["booking-links"].name
      Bookings             = local.bookings_table
    },
  ))
}
