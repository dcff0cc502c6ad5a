resource "azurerm_lb" "edge" {
  name                = "echo"
  location            = "westeurope"
  resource_group_name = "echo"
  sku                 = "Standard"
  frontend_ip_configuration {
    name                 = "public"
    public_ip_address_id = var.address
  }
}

resource "azurerm_lb_rule" "https" {
  loadbalancer_id                = azurerm_lb.edge.id
  name                           = "https"
  protocol                       = "Tcp"
  frontend_port                  = 443
  backend_port                   = 8080
  frontend_ip_configuration_name = "public"
  idle_timeout_in_minutes        = 30
  enable_tcp_reset               = true
}

variable "address" {}
