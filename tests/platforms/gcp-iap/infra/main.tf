resource "google_iap_web_iam_member" "staff" {
  project = "example"
  role    = "roles/iap.httpsResourceAccessor"
  member  = "group:staff@example.com"
}
