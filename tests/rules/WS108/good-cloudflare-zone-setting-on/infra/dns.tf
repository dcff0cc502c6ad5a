resource "cloudflare_record" "board" {
  zone_id = var.zone
  name    = "board"
  type    = "A"
  content = "203.0.113.10"
  proxied = true
}

resource "cloudflare_zone_setting" "websockets" {
  zone_id    = var.zone
  setting_id = "websockets"
  value      = "on"
}
