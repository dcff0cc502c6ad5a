resource "azurerm_service_plan" "plan" {
  name                = "echo-plan"
  resource_group_name = "echo"
  location            = "westeurope"
  os_type             = "Linux"
  sku_name            = "B1"
}

resource "azurerm_linux_web_app" "echo" {
  name                = "echo-example"
  resource_group_name = "echo"
  location            = "westeurope"
  service_plan_id     = azurerm_service_plan.plan.id
  https_only          = true

  site_config {
    websockets_enabled = true
    application_stack {
      node_version = "22-lts"
    }
  }
}
