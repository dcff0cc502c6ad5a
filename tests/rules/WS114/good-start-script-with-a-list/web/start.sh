#!/bin/sh
set -e
envsubst '$DOMAIN' < /etc/nginx/site.template > /etc/nginx/conf.d/default.conf
exec nginx -g "daemon off;"
