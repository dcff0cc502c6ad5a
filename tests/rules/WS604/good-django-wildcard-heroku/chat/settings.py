ALLOWED_HOSTS = ["localhost", ".herokuapp.com"]
