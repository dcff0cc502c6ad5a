resource "aws_instance" "chat" {
  ami           = "ami-1"
  instance_type = "t3.small"
  user_data     = <<-EOF
    #!/bin/bash
    cat > /etc/nginx/conf.d/chat.conf <<'NGINX'
    server {
      listen 80;
      location / {
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_pass http://127.0.0.1:8080;
      }
    }
    NGINX
    systemctl reload nginx
  EOF
}
