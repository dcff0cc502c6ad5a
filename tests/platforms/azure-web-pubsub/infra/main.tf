resource "azurerm_web_pubsub" "news" {
  name                = "news"
  location            = "westeurope"
  resource_group_name = "news"
  sku                 = "Standard_S1"
  capacity            = 1
}

resource "azurerm_web_pubsub_hub" "news" {
  name          = "news"
  web_pubsub_id = azurerm_web_pubsub.news.id
}
