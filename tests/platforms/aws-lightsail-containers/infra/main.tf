resource "aws_lightsail_container_service" "echo" {
  name  = "echo"
  power = "nano"
  scale = 1
}

resource "aws_lightsail_container_service_deployment_version" "echo" {
  service_name = aws_lightsail_container_service.echo.name

  container {
    container_name = "echo"
    image          = ":echo.app.7"
    ports = {
      8080 = "HTTP"
    }
  }

  public_endpoint {
    container_name = "echo"
    container_port = 8080
    health_check {
      path = "/health"
    }
  }
}
