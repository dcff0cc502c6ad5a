resource "google_api_gateway_api" "echo" {
  provider = google-beta
  api_id   = "echo"
}

resource "google_api_gateway_api_config" "echo" {
  provider      = google-beta
  api           = google_api_gateway_api.echo.api_id
  api_config_id = "v1"
  openapi_documents {
    document {
      path     = "openapi.yaml"
      contents = filebase64("openapi.yaml")
    }
  }
}

resource "google_api_gateway_gateway" "echo" {
  provider   = google-beta
  api_config = google_api_gateway_api_config.echo.id
  gateway_id = "echo"
  region     = "europe-west1"
}
