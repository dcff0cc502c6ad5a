resource "aws_lb" "chat" {
  load_balancer_type = "application"
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.chat.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = aws_acm_certificate.chat.arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.chat.arn
  }
}

resource "aws_lb_target_group" "chat" {
  port             = 3000
  protocol         = "HTTP"
  protocol_version = "GRPC"
  target_type      = "ip"
}

resource "aws_ecs_service" "chat" {
  name            = "chat"
  task_definition = aws_ecs_task_definition.chat.arn
  desired_count   = 1
  launch_type     = "FARGATE"

  load_balancer {
    target_group_arn = aws_lb_target_group.chat.arn
    container_name   = "chat"
    container_port   = 3000
  }
}

resource "aws_ecs_task_definition" "chat" {
  family = "chat"
  container_definitions = jsonencode([{
    name         = "chat"
    image        = "${aws_ecr_repository.chat.repository_url}:latest"
    command      = ["node", "server.js"]
    portMappings = [{ containerPort = 3000 }]
  }])
}
