#!/bin/bash
set -euo pipefail

apt-get install -y nginx
cat > /etc/nginx/sites-available/chat <<EOF
server {
    listen 80;
    server_name chat.example.com;

    location /ws {
        proxy_pass http://127.0.0.1:3000;
        proxy_http_version 1.1;
        proxy_set_header Upgrade \$http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_set_header Host \$host;
    }
}
EOF
ln -s /etc/nginx/sites-available/chat /etc/nginx/sites-enabled/
systemctl reload nginx
