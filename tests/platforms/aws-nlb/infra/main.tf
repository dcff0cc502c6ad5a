resource "aws_lb" "app" {
  name               = "echo"
  load_balancer_type = "network"
  subnets            = var.subnets
}

resource "aws_lb_target_group" "app" {
  name     = "echo"
  port     = 8080
  protocol = "TCP"
  vpc_id   = var.vpc_id
}

resource "aws_lb_listener" "tls" {
  load_balancer_arn = aws_lb.app.arn
  port              = 443
  protocol          = "TLS"
  certificate_arn   = var.certificate
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}

variable "subnets" {}
variable "vpc_id" {}
variable "certificate" {}
