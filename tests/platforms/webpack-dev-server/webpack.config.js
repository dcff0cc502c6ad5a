module.exports = {
  entry: "./src/index.js",
  devServer: {
    port: 3000,
    proxy: [{ context: ["/ws"], target: "ws://localhost:8080", ws: true }],
  },
};
