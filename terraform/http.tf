locals {
  link_base_url = var.link_base_url != "" ? var.link_base_url : local.api_url
  api_url       = var.domain_name != "" ? "https://${var.domain_name}" : local.creates_api == 1 ? aws_apigatewayv2_api.this[0].api_endpoint : trimsuffix(var.link_base_url, "/")
  api_id        = local.creates_api == 1 ? aws_apigatewayv2_api.this[0].id : var.http_api_id
  api_arn       = "arn:${data.aws_partition.this.partition}:execute-api:${data.aws_region.this.region}:${data.aws_caller_identity.this.account_id}:${local.api_id}"
}

# Before they could be left out, these had no number.
moved {
  from = aws_apigatewayv2_api.this
  to   = aws_apigatewayv2_api.this[0]
}

moved {
  from = aws_apigatewayv2_stage.this
  to   = aws_apigatewayv2_stage.this[0]
}

moved {
  from = aws_cloudwatch_log_group.http
  to   = aws_cloudwatch_log_group.http[0]
}

resource "aws_apigatewayv2_api" "this" {
  count                        = local.creates_api
  name                         = var.name
  protocol_type                = "HTTP"
  disable_execute_api_endpoint = var.disable_execute_api_endpoint
}

resource "aws_cloudwatch_log_group" "http" {
  count = local.creates_api
  # With this prefix the account's policy for log delivery, which is limited in size, does not grow with each API.
  name              = "/aws/vendedlogs/${var.name}-http"
  retention_in_days = var.log_retention_days
}

resource "aws_apigatewayv2_stage" "this" {
  count       = local.creates_api
  api_id      = local.api_id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = var.throttling_rate_limit
    throttling_burst_limit = var.throttling_burst_limit
  }
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.http[0].arn
    # The route's pattern, never the path or the query: those hold the booking and the token.
    format = jsonencode({
      requestId          = "$context.requestId"
      time               = "$context.requestTime"
      method             = "$context.httpMethod"
      routeKey           = "$context.routeKey"
      status             = "$context.status"
      bytes              = "$context.responseLength"
      latency            = "$context.responseLatency"
      integrationLatency = "$context.integrationLatency"
      integrationStatus  = "$context.integrationStatus"
      error              = "$context.error.responseType"
    })
  }
}

resource "aws_apigatewayv2_integration" "this" {
  for_each               = local.functions
  api_id                 = local.api_id
  integration_type       = "AWS_PROXY"
  payload_format_version = "2.0"
  integration_uri        = aws_lambda_alias.live[each.key].invoke_arn
}

resource "aws_apigatewayv2_route" "this" {
  for_each  = local.routes
  api_id    = local.api_id
  route_key = each.key
  target    = "integrations/${aws_apigatewayv2_integration.this[each.value].id}"
}

resource "aws_lambda_permission" "http" {
  for_each      = local.paths
  function_name = aws_lambda_function.this[each.key].function_name
  qualifier     = aws_lambda_alias.live[each.key].name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${local.api_arn}/*/${each.value}"
}

resource "aws_lambda_permission" "short_links" {
  count         = var.short_links == "on" ? 1 : 0
  function_name = aws_lambda_function.this["action-link"].function_name
  qualifier     = aws_lambda_alias.live["action-link"].name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${local.api_arn}/*/*/l/*"
}

resource "aws_apigatewayv2_domain_name" "this" {
  count       = var.domain_name == "" ? 0 : 1
  domain_name = var.domain_name

  domain_name_configuration {
    certificate_arn = var.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "this" {
  count       = var.domain_name == "" ? 0 : 1
  api_id      = local.api_id
  domain_name = aws_apigatewayv2_domain_name.this[0].id
  stage       = aws_apigatewayv2_stage.this[0].id
}

resource "aws_route53_record" "this" {
  count   = var.hosted_zone_id == "" ? 0 : 1
  zone_id = var.hosted_zone_id
  name    = var.domain_name
  type    = "A"

  alias {
    name                   = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].target_domain_name
    zone_id                = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].hosted_zone_id
    evaluate_target_health = false
  }
}
