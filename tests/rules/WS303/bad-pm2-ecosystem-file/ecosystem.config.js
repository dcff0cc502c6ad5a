module.exports = {
  apps: [{ name: "chat", script: "server.js", instances: "max", exec_mode: "cluster" }],
};
