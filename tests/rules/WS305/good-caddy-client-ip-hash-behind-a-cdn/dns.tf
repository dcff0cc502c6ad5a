resource "cloudflare_record" "chat" {
  zone_id = var.zone
  name    = "chat"
  type    = "A"
  content = "203.0.113.10"
  proxied = true
}
