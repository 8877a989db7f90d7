locals {
  short_links_table = one(aws_dynamodb_table.short_links[*].name)
  short_links_arn   = one(aws_dynamodb_table.short_links[*].arn)

  apps_table     = local.creates_apps ? aws_dynamodb_table.apps[0].name : var.apps_table_name
  bookings_table = local.creates_bookings ? aws_dynamodb_table.bookings[0].name : var.bookings_table_name
  bookings_arn   = "${local.tables}/${local.bookings_table}"
  apps_arn       = "${local.tables}/${local.apps_table}"
  tables         = "arn:${data.aws_partition.this.partition}:dynamodb:${data.aws_region.this.region}:${data.aws_caller_identity.this.account_id}:table"
}

# Before it could be left out, the table had no number.
moved {
  from = aws_dynamodb_table.apps
  to   = aws_dynamodb_table.apps[0]
}

resource "aws_dynamodb_table" "apps" {
  count                       = local.creates_apps ? 1 : 0
  name                        = "${var.name}-apps"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = var.deletion_protection
  hash_key                    = "id"

  attribute {
    name = "id"
    type = "S"
  }
  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = var.apps_table_key_arn == "" ? null : var.apps_table_key_arn
  }
}

resource "aws_dynamodb_table" "bookings" {
  count                       = local.creates_bookings ? 1 : 0
  name                        = "${var.name}-bookings"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = var.deletion_protection
  hash_key                    = "id"
  stream_enabled              = var.events == "on"
  stream_view_type            = var.events == "on" ? "NEW_IMAGE" : null

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "app_id"
    type = "S"
  }
  attribute {
    name = "created_at"
    type = "S"
  }
  global_secondary_index {
    name            = "by-app"
    hash_key        = "app_id"
    range_key       = "created_at"
    projection_type = "ALL"
  }
  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = var.bookings_table_key_arn == "" ? null : var.bookings_table_key_arn
  }
}

# Each item has the token of a link, so it is encrypted as the bookings are.
resource "aws_dynamodb_table" "short_links" {
  count                       = var.short_links == "on" ? 1 : 0
  name                        = "${var.name}-short-links"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = var.deletion_protection
  hash_key                    = "code"

  attribute {
    name = "code"
    type = "S"
  }
  ttl {
    attribute_name = "expires_at"
    enabled        = true
  }
  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled     = true
    kms_key_arn = var.bookings_table_key_arn == "" ? null : var.bookings_table_key_arn
  }
}
