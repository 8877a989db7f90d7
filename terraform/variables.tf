variable "name" {
  description = "What the names of everything begin with."
  type        = string
  default     = "action-links"
  validation {
    condition     = can(regex("^[A-Za-z][A-Za-z0-9-]{0,31}$", var.name))
    error_message = "A letter, then at most 31 letters, digits and hyphens."
  }
}

variable "action_link_zip" {
  description = "The path of action-link-arm64.zip or action-link-x86_64.zip, of a release or of `make build`."
  type        = string
}

variable "booking_links_zip" {
  description = "The path of booking-links-arm64.zip or booking-links-x86_64.zip, of the same."
  type        = string
}

variable "architecture" {
  description = "Processor of both functions; arm64 costs less."
  type        = string
  default     = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "arm64 or x86_64."
  }
  # Terraform cannot look into a zip. Those of a release say in their names what they are built for.
  validation {
    condition = alltrue([
      for zip in [var.action_link_zip, var.booking_links_zip] : try(regex("-(arm64|x86_64)\\.zip$", zip)[0], var.architecture) == var.architecture
    ])
    error_message = "action_link_zip or booking_links_zip is built for another processor. Take the zips whose names end with the architecture, or set architecture to theirs."
  }
}

variable "link_base_url" {
  description = "What signed links start with, an https URL. Empty - the API's own address."
  type        = string
  default     = ""
  validation {
    condition     = can(regex("^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?)?$", var.link_base_url))
    error_message = "An https URL without a query."
  }
}

variable "bookings_table_name" {
  description = "A table of this account and region that holds the bookings already. Empty - the module makes one."
  type        = string
  default     = ""
}

variable "apps_table_name" {
  description = "A table of this account and region that holds the apps already, such as a restored one. Empty - the module makes one."
  type        = string
  default     = ""
}

variable "index_name" {
  description = "The index of the bookings table that lists read. Another name only for a table that exists already."
  type        = string
  default     = "by-app"
  validation {
    condition     = var.bookings_table_name != "" || var.index_name == "by-app"
    error_message = "It can be changed only together with bookings_table_name."
  }
}

variable "booking_id_attribute" {
  description = "The bookings table's partition key. Another name only for a table that exists already."
  type        = string
  default     = "id"
  validation {
    condition     = var.bookings_table_name != "" || var.booking_id_attribute == "id"
    error_message = "It can be changed only together with bookings_table_name."
  }
}

variable "state_attribute" {
  description = "The attribute that holds a booking's state."
  type        = string
  default     = "state"
}

variable "graph_attribute" {
  description = "The attribute that names a booking's graph."
  type        = string
  default     = "graph"
}

variable "app_attribute" {
  description = "The attribute that names a booking's app. Another name only for a table that exists already."
  type        = string
  default     = "app_id"
  validation {
    condition     = var.bookings_table_name != "" || var.app_attribute == "app_id"
    error_message = "It can be changed only together with bookings_table_name."
  }
}

variable "graphs" {
  description = "Graphs of your own, as JSON, in place of the built-in ones. Empty - the built-in ones."
  type        = string
  default     = ""
  validation {
    condition     = length(var.graphs) <= 3000 && can(regex("^(\\{.*\\})?$", replace(var.graphs, "\n", " ")))
    error_message = "A JSON object of at most 3,000 characters."
  }
}

variable "default_graph" {
  description = "The graph of a booking that names none. Empty - confirm_decline, or the only one of graphs."
  type        = string
  default     = ""
}

variable "keyring_ttl_seconds" {
  description = "Seconds for which the apps and their keys are held in memory - a revoked key works that much longer."
  type        = number
  default     = 60
  validation {
    condition     = var.keyring_ttl_seconds >= 1 && var.keyring_ttl_seconds <= 3600
    error_message = "1 to 3600."
  }
}

variable "throttling_rate_limit" {
  description = "Requests a second that the HTTP API lets through on average. The account's quota is the upper limit."
  type        = number
  default     = 1000
}

variable "throttling_burst_limit" {
  description = "Requests that the HTTP API lets through at once."
  type        = number
  default     = 2000
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 30
}

variable "http_api_id" {
  description = "An HTTP API of this account and region that gets the routes. Its domain, throttling and log are yours, and link_base_url says where it answers. Empty - the module makes one."
  type        = string
  default     = ""
  validation {
    condition     = var.http_api_id == "" || (var.link_base_url != "" && var.domain_name == "")
    error_message = "It needs link_base_url, where that API answers, and no domain_name."
  }
}

variable "domain_name" {
  description = "A domain of your own for the links, such as links.example.com. Empty - the API's own address."
  type        = string
  default     = ""
  validation {
    condition     = (var.domain_name == "") == (var.certificate_arn == "")
    error_message = "It needs certificate_arn, and that is of no use without it."
  }
}

variable "certificate_arn" {
  description = "The certificate of domain_name, in AWS Certificate Manager in this region. Required with domain_name."
  type        = string
  default     = ""
}

variable "hosted_zone_id" {
  description = "The Route 53 hosted zone that gets the record of domain_name. Empty - you make the record yourself."
  type        = string
  default     = ""
  validation {
    condition     = var.hosted_zone_id == "" || var.domain_name != ""
    error_message = "It is of no use without domain_name."
  }
}

variable "disable_execute_api_endpoint" {
  description = "Whether the API's own address is switched off, so that only domain_name answers. Links that begin with that address stop working."
  type        = bool
  default     = false
  validation {
    condition     = !var.disable_execute_api_endpoint || var.domain_name != ""
    error_message = "It needs domain_name, or nothing would answer."
  }
}

variable "memory_size" {
  description = "MB of memory of each function, and with it the share of a processor."
  type        = number
  default     = 256
}

variable "reserved_concurrency" {
  description = "Instances that are reserved for each function, and the most that it may have. Null - what the account has left."
  type        = number
  default     = null
}

variable "provisioned_concurrency" {
  description = "Instances of each function that are always ready, at most reserved_concurrency. They cost money without a request, too. Null - none."
  type        = number
  default     = null
  validation {
    # Terraform evaluates both sides of an `or`.
    condition     = var.provisioned_concurrency == null ? true : coalesce(var.reserved_concurrency, var.provisioned_concurrency) >= var.provisioned_concurrency
    error_message = "It must be at most reserved_concurrency."
  }
}

variable "vpc_subnet_ids" {
  description = "The subnets that the functions are in. They need a way to DynamoDB from there, such as a gateway endpoint. Empty - the functions are in no VPC."
  type        = list(string)
  default     = []
}

variable "vpc_security_group_ids" {
  description = "The security groups of the functions. Required with vpc_subnet_ids."
  type        = list(string)
  default     = []
  validation {
    condition     = (length(var.vpc_security_group_ids) == 0) == (length(var.vpc_subnet_ids) == 0)
    error_message = "It needs vpc_subnet_ids, and they need it."
  }
}

variable "apps_table_key_arn" {
  description = "The KMS key of yours that encrypts the apps table. Empty - the account's key for DynamoDB."
  type        = string
  default     = ""
}

variable "bookings_table_key_arn" {
  description = "The KMS key of yours that encrypts the bookings table. Empty - the account's key for DynamoDB."
  type        = string
  default     = ""
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the tables that the module makes."
  type        = bool
  default     = true
}

variable "permissions_boundary_arn" {
  description = "A managed policy that limits every role of the module, such as docs/permissions-boundary.json. Empty - none."
  type        = string
  default     = ""
}

variable "alarm_email" {
  description = "An address that gets a mail when an alarm begins and when it ends. Empty - alarms are shown, and nobody is told."
  type        = string
  default     = ""
}

variable "alarm_topic_arn" {
  description = "A topic of this account and region that is told when an alarm begins and when it ends. Empty - only alarm_email is."
  type        = string
  default     = ""
}

variable "tracing" {
  description = "Whether X-Ray samples invocations (Active or PassThrough). A trace has no URL in it."
  type        = string
  default     = "Active"
  validation {
    condition     = contains(["Active", "PassThrough"], var.tracing)
    error_message = "Active or PassThrough."
  }
}

variable "short_links" {
  description = "Whether there are short links for text messages, in a table of their own (on or off)."
  type        = string
  default     = "off"
  validation {
    condition     = contains(["on", "off"], var.short_links)
    error_message = "on or off."
  }
}

variable "events" {
  description = "Whether clicks, undos and requests for a new link become events on an EventBridge bus (on or off)."
  type        = string
  default     = "off"
  validation {
    condition     = contains(["on", "off"], var.events)
    error_message = "on or off."
  }
}

variable "bookings_stream_arn" {
  description = "The stream, with new images, of the table that bookings_table_name names. Required with both events and bookings_table_name."
  type        = string
  default     = ""
  validation {
    condition     = var.bookings_stream_arn == "" || (var.events == "on" && var.bookings_table_name != "")
    error_message = "It is of use only together with events and bookings_table_name."
  }
  # Not at `events`: Terraform refuses two variables that validate each other.
  validation {
    condition     = var.events == "off" || var.bookings_table_name == "" || var.bookings_stream_arn != ""
    error_message = "Events of a table that exists already need bookings_stream_arn, its stream with new images."
  }
}

variable "event_bus_arn" {
  description = "A bus of this account and region that gets the events. Empty - the module makes one."
  type        = string
  default     = ""
  validation {
    condition     = var.event_bus_arn == "" || var.events == "on"
    error_message = "It is of use only together with events."
  }
}
