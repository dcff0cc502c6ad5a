module.exports = {
  apps: [{ name: "chat", script: "server.js", instances: 1, exec_mode: "cluster" }],
};
