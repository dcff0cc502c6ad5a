resource "cloudflare_record" "board" {
  zone_id = var.zone
  name    = "board"
  type    = "A"
  content = "203.0.113.10"
  proxied = true
}

resource "cloudflare_ruleset" "firewall" {
  zone_id = var.zone
  name    = "firewall"
  kind    = "zone"
  phase   = "http_request_firewall_custom"

  rules {
    action      = "managed_challenge"
    expression  = "http.request.uri.path contains \"/login\""
    description = "keep out what is not ours"
  }
}
