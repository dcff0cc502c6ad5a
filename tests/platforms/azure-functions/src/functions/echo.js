const { app } = require("@azure/functions");

app.http("echo", {
  methods: ["GET"],
  authLevel: "anonymous",
  handler: async () => ({ body: "hello" }),
});
