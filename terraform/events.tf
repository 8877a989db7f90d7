locals {
  stream_arn = local.creates_bookings ? one(aws_dynamodb_table.bookings[*].stream_arn) : var.bookings_stream_arn
  bus_arn    = var.event_bus_arn != "" ? var.event_bus_arn : one(aws_cloudwatch_event_bus.this[*].arn)
}

resource "aws_cloudwatch_event_bus" "this" {
  count = var.events == "on" && var.event_bus_arn == "" ? 1 : 0
  name  = var.name
}

resource "aws_sqs_queue" "dead_letters" {
  count                     = local.has_events
  name                      = "${var.name}-events-dead-letters"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "dead_letters" {
  count     = local.has_events
  queue_url = aws_sqs_queue.dead_letters[0].url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Action    = "sqs:*"
      Resource  = aws_sqs_queue.dead_letters[0].arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_cloudwatch_log_group" "events" {
  count             = local.has_events
  name              = "/aws/vendedlogs/pipes/${var.name}"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "events" {
  count                = local.has_events
  name                 = "${var.name}-events"
  permissions_boundary = local.permissions_boundary
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "pipes.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "events" {
  count = local.has_events
  name  = "events"
  role  = aws_iam_role.events[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Effect   = "Allow"
          Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
          Resource = local.stream_arn
        },
        { Effect = "Allow", Action = ["events:PutEvents"], Resource = local.bus_arn },
        { Effect = "Allow", Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.dead_letters[0].arn },
      ],
      [for key in compact([var.bookings_table_key_arn]) : {
        Effect    = "Allow"
        Action    = ["kms:Decrypt"]
        Resource  = key
        Condition = { StringEquals = { "kms:ViaService" = local.via_dynamodb } }
      }],
    )
  })
}

# A role's policy takes some seconds until AWS knows it everywhere. Before that, a pipe cannot read the stream and is
# refused: "Cannot access stream".
resource "time_sleep" "events_role" {
  count           = local.has_events
  create_duration = "30s"
  triggers        = { policy = aws_iam_role_policy.events[0].policy }
}

resource "aws_pipes_pipe" "events" {
  count       = local.has_events
  name        = var.name
  description = "Clicks, undos and requests for a new link, from the bookings table to the bus."
  role_arn    = aws_iam_role.events[0].arn
  source      = local.stream_arn
  target      = local.bus_arn

  source_parameters {
    filter_criteria {
      filter {
        pattern = local.pipe.pattern
      }
    }
    dynamodb_stream_parameters {
      starting_position             = "LATEST"
      batch_size                    = 10
      maximum_retry_attempts        = 20
      on_partial_batch_item_failure = "AUTOMATIC_BISECT"
      dead_letter_config {
        arn = aws_sqs_queue.dead_letters[0].arn
      }
    }
  }
  target_parameters {
    input_template = local.pipe.inputTemplate
    eventbridge_event_bus_parameters {
      source      = local.pipe.source
      detail_type = local.pipe.detailType
      time        = local.pipe.time
    }
  }
  log_configuration {
    level = "ERROR" # without the records
    cloudwatch_logs_log_destination {
      log_group_arn = aws_cloudwatch_log_group.events[0].arn
    }
  }
  depends_on = [time_sleep.events_role]
}
