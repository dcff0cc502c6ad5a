resource "google_compute_url_map" "chat" {
  name            = "chat"
  default_service = google_compute_backend_service.chat.id
}

resource "google_compute_target_https_proxy" "chat" {
  name             = "chat"
  url_map          = google_compute_url_map.chat.id
  ssl_certificates = [var.certificate]
}

resource "google_compute_global_forwarding_rule" "chat" {
  name                  = "chat"
  target                = google_compute_target_https_proxy.chat.id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
}

resource "google_compute_backend_service" "chat" {
  name                  = "chat"
  protocol              = "HTTP"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  timeout_sec           = 600
  backend {
    group = google_compute_region_instance_group_manager.chat.instance_group
  }
}

resource "google_compute_region_instance_group_manager" "chat" {
  name               = "chat"
  base_instance_name = "chat"
  target_size        = 1
  version {
    instance_template = var.template
  }
  named_port {
    name = "http"
    port = 3000
  }
}

variable "certificate" {}
variable "template" {}
