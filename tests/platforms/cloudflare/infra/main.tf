resource "cloudflare_dns_record" "app" {
  zone_id = var.zone_id
  name    = "app.example.com"
  type    = "A"
  content = "203.0.113.10"
  ttl     = 1
  proxied = true
}

variable "zone_id" {}
