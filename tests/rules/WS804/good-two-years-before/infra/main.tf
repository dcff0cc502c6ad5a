resource "aws_apprunner_service" "chat" {
  service_name = "chat"

  source_configuration {
    image_repository {
      image_identifier      = "${aws_ecr_repository.chat.repository_url}:latest"
      image_repository_type = "ECR"

      image_configuration {
        port = "3000"
      }
    }
  }
}
