resource "google_cloud_run_v2_service" "live" {
  name     = "live"
  location = "europe-west1"

  template {
    timeout = "3600s"

    containers {
      image = "europe-west1-docker.pkg.dev/acme/web/live:latest"
      ports {
        container_port = 8080
      }
    }
  }
}
