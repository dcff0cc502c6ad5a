import os

ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

if host := os.environ.get("PUBLIC_HOST"):
    ALLOWED_HOSTS.append(host)
