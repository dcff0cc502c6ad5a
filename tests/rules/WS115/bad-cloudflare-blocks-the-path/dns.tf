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
    action      = "block"
    expression  = "(starts_with(http.request.uri.path, \"/ws\")) or (http.request.uri.path eq \"/xmlrpc.php\")"
    description = "keep out what is not ours"
  }
}
