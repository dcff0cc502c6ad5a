resource "google_compute_backend_service" "app" {
  name                  = "echo"
  protocol              = "HTTP"
  port_name             = "http"
  timeout_sec           = 3600
  load_balancing_scheme = "EXTERNAL_MANAGED"
  session_affinity      = "GENERATED_COOKIE"
  backend {
    group = var.instance_group
  }
}

resource "google_compute_url_map" "app" {
  name            = "echo"
  default_service = google_compute_backend_service.app.id
}

resource "google_compute_target_https_proxy" "app" {
  name             = "echo"
  url_map          = google_compute_url_map.app.id
  ssl_certificates = [var.certificate]
}

resource "google_compute_global_forwarding_rule" "app" {
  name                  = "echo"
  target                = google_compute_target_https_proxy.app.id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
}

variable "instance_group" {}
variable "certificate" {}
