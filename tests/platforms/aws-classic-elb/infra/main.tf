resource "aws_elb" "app" {
  name         = "echo"
  subnets      = var.subnets
  idle_timeout = 300

  listener {
    lb_port            = 443
    lb_protocol        = "ssl"
    instance_port      = 8080
    instance_protocol  = "tcp"
    ssl_certificate_id = var.certificate
  }

  health_check {
    target              = "TCP:8080"
    interval            = 30
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

variable "subnets" {}
variable "certificate" {}
