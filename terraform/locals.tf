# What depends on variables and files alone. `make terraform` has Terraform plan this, which needs no provider.
locals {
  has_events = var.events == "on" ? 1 : 0
  # The same texts as in template.yaml.
  pipe                 = jsondecode(file("${path.module}/../cdk/lib/pipe.json"))
  permissions_boundary = var.permissions_boundary_arn == "" ? null : var.permissions_boundary_arn
  creates_apps         = var.apps_table_name == ""
  creates_bookings     = var.bookings_table_name == ""
  creates_api          = var.http_api_id == "" ? 1 : 0

  # Every method: the functions know what HEAD means, and answer 405 themselves.
  routes = merge(local.short_link_routes, {
    "ANY /v2/bookings/{booking_id}/external_action/{action}" = "action-link"
    "ANY /v2/bookings"                                       = "booking-links"
    "ANY /v2/bookings/{booking_id}"                          = "booking-links"
    # With a slash at the end, a path is another one to the gateway.
    "ANY /v2/bookings/{booking_id}/external_action/{action+}" = "action-link"
    "ANY /v2/bookings/{booking_id+}"                          = "booking-links"
  })
  short_link_routes = var.short_links == "on" ? {
    "ANY /l/{code}"  = "action-link"
    "ANY /l/{code+}" = "action-link"
  } : {}
  # What the gateway may invoke each function for.
  paths = {
    action-link   = "*/v2/bookings/*/external_action/*"
    booking-links = "*/v2/bookings*"
  }
  # The same alarms and dashboard as in template.yaml. Only the detector of anomalies is missing: CloudWatch
  # makes one with the alarm.
  alarms = merge([
    for file in var.events == "on" ? ["alarms.json", "pipe.json"] : ["alarms.json"] :
    jsondecode(file("${path.module}/../cdk/lib/${file}")).alarms
  ]...)
}
