resource "azurerm_signalr_service" "chat" {
  name                = "chat"
  location            = "westeurope"
  resource_group_name = "chat"
  service_mode        = "Default"
  sku {
    name     = "Standard_S1"
    capacity = 1
  }
}
