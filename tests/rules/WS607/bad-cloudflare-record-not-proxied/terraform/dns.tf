resource "cloudflare_record" "chat" {
  zone_id = "0123"
  name    = "chat"
  type    = "A"
  content = "203.0.113.10"
  proxied = false
}
