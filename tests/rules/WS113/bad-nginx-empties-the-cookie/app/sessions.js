const people = new Map();

exports.sessionOf = (cookie) => people.get((cookie || "").split("sid=")[1]);
