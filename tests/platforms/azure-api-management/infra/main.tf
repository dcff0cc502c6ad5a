resource "azurerm_api_management" "edge" {
  name                = "echo-apim"
  location            = "westeurope"
  resource_group_name = "echo"
  publisher_name      = "Example"
  publisher_email     = "api@example.com"
  sku_name            = "Standard_1"
}

resource "azurerm_api_management_api" "ws" {
  name                = "echo-ws"
  resource_group_name = "echo"
  api_management_name = azurerm_api_management.edge.name
  revision            = "1"
  display_name        = "Echo"
  path                = "ws"
  api_type            = "websocket"
  protocols           = ["wss"]
  service_url         = "wss://origin.example.com/ws"
}
