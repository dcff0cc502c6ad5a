resource "aws_vpclattice_service" "echo" {
  name      = "echo"
  auth_type = "NONE"
}

resource "aws_vpclattice_target_group" "echo" {
  name = "echo"
  type = "INSTANCE"
  config {
    vpc_identifier = var.vpc_id
    port           = 8080
    protocol       = "HTTP"
  }
}

resource "aws_vpclattice_listener" "https" {
  name               = "https"
  protocol           = "HTTPS"
  service_identifier = aws_vpclattice_service.echo.id
  default_action {
    forward {
      target_groups {
        target_group_identifier = aws_vpclattice_target_group.echo.id
      }
    }
  }
}

variable "vpc_id" {}
