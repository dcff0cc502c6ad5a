import express from "express";

const app = express();

app.get("/boards", (request, response) => response.json([]));
app.listen(3001);
