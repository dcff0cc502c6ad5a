resource "aws_lb" "app" {
  name               = "echo"
  load_balancer_type = "application"
  subnets            = var.subnets
  idle_timeout       = 300
}

resource "aws_lb_target_group" "app" {
  name        = "echo"
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = var.vpc_id
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.app.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = var.certificate
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}

variable "subnets" {}
variable "vpc_id" {}
variable "certificate" {}
