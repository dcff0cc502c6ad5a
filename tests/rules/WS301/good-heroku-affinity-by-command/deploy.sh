#!/bin/sh
set -e
git push heroku main
heroku features:enable http-session-affinity -a chat
heroku ps:scale web=2 -a chat
