module.exports = { pingTimeout: Number(process.env.PING_TIMEOUT) };
