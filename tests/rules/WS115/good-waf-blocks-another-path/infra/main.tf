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
  protocol_version = "HTTP1"
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

resource "aws_wafv2_web_acl" "edge" {
  name  = "edge"
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "no-inner-paths"
    priority = 1

    action {
      block {}
    }

    statement {
      byte_match_statement {
        search_string         = "/internal"
        positional_constraint = "STARTS_WITH"

        field_to_match {
          uri_path {}
        }

        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = false
      metric_name                = "inner"
      sampled_requests_enabled   = false
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "edge"
    sampled_requests_enabled   = false
  }
}

resource "aws_wafv2_web_acl_association" "edge" {
  resource_arn = aws_lb.chat.arn
  web_acl_arn  = aws_wafv2_web_acl.edge.arn
}
