resource "aws_globalaccelerator_accelerator" "edge" {
  name            = "echo"
  ip_address_type = "IPV4"
  enabled         = true
}

resource "aws_globalaccelerator_listener" "https" {
  accelerator_arn = aws_globalaccelerator_accelerator.edge.arn
  client_affinity = "SOURCE_IP"
  protocol        = "TCP"
  port_range {
    from_port = 443
    to_port   = 443
  }
}

resource "aws_globalaccelerator_endpoint_group" "app" {
  listener_arn = aws_globalaccelerator_listener.https.arn
  endpoint_configuration {
    endpoint_id = var.instance
    weight      = 100
  }
}

variable "instance" {}
