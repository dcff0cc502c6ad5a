#!/bin/sh
set -e
git push heroku main
heroku container:release web -a chat
heroku ps:scale web=2 -a chat
