resource "aws_lb" "web" {
  name = "web"
  load_balancer_type = 
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
