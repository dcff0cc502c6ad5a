resource "cloudflare_record" "live" {
  zone_id = var.zone
  name    = "live"
  type    = "A"
  content = "203.0.113.10"
  proxied = true
}
