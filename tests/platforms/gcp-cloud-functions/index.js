const functions = require("@google-cloud/functions-framework");

functions.http("echo", (request, response) => response.send("hello"));
