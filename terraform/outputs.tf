output "api_url" {
  description = "Where the HTTP API answers."
  value       = local.api_url
}

output "domain_target" {
  description = "What the record of domain_name (CNAME, or an alias) must name, unless hosted_zone_id is set."
  value       = one(aws_apigatewayv2_domain_name.this[*].domain_name_configuration[0].target_domain_name)
}

output "action_link_function_arn" {
  description = "The function that answers clicks."
  value       = aws_lambda_alias.live["action-link"].arn
}

output "booking_links_function_name" {
  description = "The function to invoke for links."
  value       = "${aws_lambda_function.this["booking-links"].function_name}:live"
}

output "booking_links_function_arn" {
  description = "What a caller's role must be allowed to invoke."
  value       = aws_lambda_alias.live["booking-links"].arn
}

output "apps_table_name" {
  description = "Where the apps and their keys are - in the module's table or in the one that existed."
  value       = local.apps_table
}

output "bookings_table_name" {
  description = "Where the bookings are - in the module's table or in the one that existed."
  value       = local.bookings_table
}

output "short_links_table_name" {
  description = "Where the short links are."
  value       = local.short_links_table
}

output "dashboard_url" {
  description = "What the functions do."
  value       = "https://${data.aws_region.this.region}.console.aws.amazon.com/cloudwatch/home?region=${data.aws_region.this.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}"
}

output "event_bus_arn" {
  description = "The bus that gets the events."
  value       = var.events == "on" ? local.bus_arn : null
}
