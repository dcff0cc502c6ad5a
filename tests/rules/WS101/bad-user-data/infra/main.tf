resource "aws_instance" "chat" {
  ami           = "ami-1"
  instance_type = "t3.small"
  user_data     = <<-EOF
    #!/bin/bash
    cat > /etc/nginx/conf.d/chat.conf <<'NGINX'
    server {
      listen 80;
      location / {
      proxy_pass http://127.0.0.1:8080;
      }
    }
    NGINX
    systemctl reload nginx
  EOF
}
