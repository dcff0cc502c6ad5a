resource "azurerm_app_service" "board" {
  name                = "board"
  resource_group_name = var.group
  location            = var.location
  service_plan_id     = var.plan

  site_config {
    always_on = true
  }
}
