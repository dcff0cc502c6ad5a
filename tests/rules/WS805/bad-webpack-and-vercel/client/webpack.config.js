module.exports = {
  devServer: {
    proxy: [
      { context: ["/socket", "/ws"], target: "http://localhost:8080", ws: true },
    ],
  },
};
