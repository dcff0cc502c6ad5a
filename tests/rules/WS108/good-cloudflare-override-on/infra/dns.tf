resource "cloudflare_record" "board" {
  zone_id = var.zone
  name    = "board"
  type    = "A"
  content = "203.0.113.10"
  proxied = true
}

resource "cloudflare_zone_settings_override" "zone" {
  zone_id = var.zone

  settings {
    always_use_https = "on"
    websockets       = "on"
  }
}
