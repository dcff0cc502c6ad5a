resource "google_compute_region_backend_service" "app" {
  name                  = "echo"
  region                = "europe-west1"
  protocol              = "TCP"
  load_balancing_scheme = "EXTERNAL"
  health_checks         = [google_compute_region_health_check.tcp.id]
  backend {
    group          = var.instance_group
    balancing_mode = "CONNECTION"
  }
}

resource "google_compute_region_health_check" "tcp" {
  name   = "echo"
  region = "europe-west1"
  tcp_health_check {
    port = 8080
  }
}

resource "google_compute_forwarding_rule" "app" {
  name                  = "echo"
  region                = "europe-west1"
  port_range            = "443"
  backend_service       = google_compute_region_backend_service.app.id
  load_balancing_scheme = "EXTERNAL"
}

variable "instance_group" {}
