locals {
  via_dynamodb = "dynamodb.${data.aws_region.this.region}.amazonaws.com"

  functions = {
    action-link = {
      description = "Clicks on action links."
      zip         = var.action_link_zip
      bookings    = [{ Action = ["dynamodb:GetItem", "dynamodb:UpdateItem"], Resource = local.bookings_arn }]
      key_actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      short_links = ["dynamodb:GetItem"]
    }
    booking-links = {
      description = "Bookings with their action links, over HTTP and for other functions to invoke."
      zip         = var.booking_links_zip
      bookings = [
        { Action = ["dynamodb:GetItem", "dynamodb:UpdateItem"], Resource = local.bookings_arn }, # `act` writes
        { Action = ["dynamodb:Query"], Resource = "${local.bookings_arn}/index/${var.index_name}" },
      ]
      key_actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
      short_links = ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:PutItem"]
    }
  }
  apps_access = [{ Action = ["dynamodb:GetItem", "dynamodb:Scan"], Resource = local.apps_arn }]
  apps_key = var.apps_table_key_arn == "" ? [] : [{
    Action    = ["kms:Decrypt"]
    Resource  = var.apps_table_key_arn
    Condition = { StringEquals = { "kms:ViaService" = local.via_dynamodb } }
  }]
  traces = var.tracing == "Active" ? [{ Action = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], Resource = "*" }] : []
}

locals {
  # On every resource, as AWS's own AWSLambdaVPCAccessExecutionRole has it.
  network = length(var.vpc_subnet_ids) == 0 ? [] : [{
    Action   = ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"]
    Resource = "*"
  }]
}

resource "aws_cloudwatch_log_group" "function" {
  for_each          = local.functions
  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_retention_days
}

resource "aws_iam_role" "function" {
  for_each             = local.functions
  name                 = "${var.name}-${each.key}"
  permissions_boundary = local.permissions_boundary
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions
  name     = each.key
  role     = aws_iam_role.function[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in concat(
        each.value.bookings,
        local.apps_access,
        [for arn in compact([local.short_links_arn]) : { Action = each.value.short_links, Resource = arn }],
        [{ Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.function[each.key].arn}:*" }],
        local.apps_key,
        var.bookings_table_key_arn == "" ? [] : [{
          Action    = each.value.key_actions
          Resource  = var.bookings_table_key_arn
          Condition = { StringEquals = { "kms:ViaService" = local.via_dynamodb } }
        }],
        local.traces,
        local.network,
      ) : merge({ Effect = "Allow" }, statement)
    ]
  })
}

resource "aws_lambda_function" "this" {
  for_each                       = local.functions
  function_name                  = "${var.name}-${each.key}"
  description                    = each.value.description
  filename                       = each.value.zip
  source_code_hash               = filebase64sha256(each.value.zip)
  role                           = aws_iam_role.function[each.key].arn
  runtime                        = "provided.al2023"
  handler                        = "bootstrap"
  architectures                  = [var.architecture]
  memory_size                    = var.memory_size
  reserved_concurrent_executions = coalesce(var.reserved_concurrency, -1)
  timeout                        = 10 # the functions themselves answer 503 within 8 s when the store does not
  publish                        = true

  environment {
    variables = {
      APPS_TABLE           = local.apps_table
      BOOKINGS_TABLE       = local.bookings_table
      BOOKINGS_INDEX       = var.index_name
      SHORT_LINKS_TABLE    = var.short_links == "on" ? local.short_links_table : ""
      LINK_BASE_URL        = local.link_base_url
      GRAPHS               = var.graphs
      DEFAULT_GRAPH        = var.default_graph
      KEYRING_TTL_SECONDS  = tostring(var.keyring_ttl_seconds)
      EVENTS               = var.events
      BOOKING_ID_ATTRIBUTE = var.booking_id_attribute
      STATE_ATTRIBUTE      = var.state_attribute
      GRAPH_ATTRIBUTE      = var.graph_attribute
      APP_ATTRIBUTE        = var.app_attribute
    }
  }
  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }
  dynamic "vpc_config" {
    for_each = length(var.vpc_subnet_ids) == 0 ? [] : [1]
    content {
      subnet_ids         = var.vpc_subnet_ids
      security_group_ids = var.vpc_security_group_ids
    }
  }
  tracing_config {
    mode = var.tracing
  }
  depends_on = [aws_iam_role_policy.function]
}

# Requests go to the alias, which names a published version.
resource "aws_lambda_alias" "live" {
  for_each         = local.functions
  name             = "live"
  function_name    = aws_lambda_function.this[each.key].function_name
  function_version = aws_lambda_function.this[each.key].version
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  for_each                          = var.provisioned_concurrency == null ? {} : local.functions
  function_name                     = aws_lambda_alias.live[each.key].function_name
  qualifier                         = aws_lambda_alias.live[each.key].name
  provisioned_concurrent_executions = var.provisioned_concurrency
}
