#!/bin/sh
set -e
export DOLLAR='$'
envsubst < /etc/nginx/site.template > /etc/nginx/conf.d/default.conf
exec nginx -g "daemon off;"
