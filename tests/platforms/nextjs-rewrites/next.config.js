/** @type {import('next').NextConfig} */
module.exports = {
  async rewrites() {
    return [
      {
        source: "/ws/:path*",
        destination: "http://realtime:8080/ws/:path*",
      },
    ];
  },
};
