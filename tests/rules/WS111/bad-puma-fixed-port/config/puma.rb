threads 3, 3
port 3000
