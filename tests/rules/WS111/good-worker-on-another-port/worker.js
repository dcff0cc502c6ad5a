require("http").createServer((request, response) => response.end()).listen(9100, "127.0.0.1");
