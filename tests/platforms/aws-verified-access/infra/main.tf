resource "aws_verifiedaccess_instance" "main" {
  description = "staff tools"
}

resource "aws_verifiedaccess_group" "staff" {
  verifiedaccess_instance_id = aws_verifiedaccess_instance.main.id
}

resource "aws_verifiedaccess_endpoint" "echo" {
  application_domain       = "echo.example.com"
  attachment_type          = "vpc"
  description              = "echo"
  domain_certificate_arn   = var.certificate
  endpoint_domain_prefix   = "echo"
  endpoint_type            = "network-interface"
  verified_access_group_id = aws_verifiedaccess_group.staff.id
  network_interface_options {
    network_interface_id = var.interface
    port                 = 8080
    protocol             = "http"
  }
}

variable "certificate" {}
variable "interface" {}
